public import CarrelModel

/// Why somebody couldn't prove who they are; the words are for them.
public enum AuthenticatorError: CarrelError, Equatable {
    /// The provider can't be reached, or takes too long.
    case unreachable(String)
    /// The provider's answer can't be understood; `reason` is for the log.
    case nonsense(String, reason: String)
    /// The provider says no; its words, made harmless.
    case refused(String, words: String)
    /// Somebody else's answer, an old one, or one that was changed on the way.
    case foreign(String)
    /// What the hub is registered with there doesn't fit; `reason` is for the log.
    case misconfigured(String, reason: String)
    /// Name and password don't fit.
    case wrongPassword(String)
    /// It can't be shown that it is the one it should be; nothing was sent there. `reason` is for the log.
    case untrusted(String, reason: String)
    /// What it says of the person can't be used, and says nothing of others; `reason` is for the log.
    case unfit(String, reason: String)
    /// The browser comes from no page of a context, where only those who do are let in.
    case noContext(String)
    /// The person isn't in the context that they come from.
    case outsideContext(String, context: String)
    /// It doesn't find the person at the moment, which needn't mean that they are gone.
    case notFound(String)
    /// A token that isn't good any more, or never was.
    case deadToken(String)

    /// The stable name.
    public var code: String {
        switch self {
        case .unreachable: "signIn.unreachable"
        case .nonsense: "signIn.nonsense"
        case .refused: "signIn.refused"
        case .foreign: "signIn.foreign"
        case .misconfigured: "signIn.misconfigured"
        case .wrongPassword: "signIn.wrongPassword"
        case .untrusted: "signIn.untrusted"
        case .unfit: "signIn.unfit"
        case .notFound: "signIn.notFound"
        case .deadToken: "signIn.deadToken"
        case .noContext: "signIn.noContext"
        case .outsideContext: "signIn.outsideContext"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .unreachable(let title): "\(title) doesn’t answer at the moment."
        case .nonsense(let title, _): "\(title) gave an answer that can’t be used."
        case .refused(let title, let words): words.isEmpty ? "\(title) didn’t sign you in." : "\(title) says: \(words)"
        case .foreign(let title): "This answer of \(title) doesn’t belong to a sign-in that this browser began."
        case .misconfigured(let title, _): "\(title) doesn’t know this hub as it should."
        case .wrongPassword: "The user name or the password is wrong."
        case .untrusted(let title, _):
            "It isn’t sure that it is \(title) that answers, so your password wasn’t sent there."
        case .unfit(let title, _): "What \(title) says of you can’t be used here."
        case .notFound(let title): "\(title) doesn’t find you at the moment."
        case .deadToken(let title):
            "\(title) doesn’t know this token: its session is over, or it was copied only in part."
        case .noContext(let title):
            "Into this hub leads the page of a virtual research environment of \(title), and you didn’t come from one."
        case .outsideContext(let title, let context):
            "\(title) doesn’t know you as a member of \(Self.name(of: context))."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .unreachable: "Try again in a minute, or sign in another way."
        case .nonsense: "Try again; if it stays so, tell the people who run this hub."
        case .refused: "Begin again, or sign in another way."
        case .foreign: "Begin again from the sign-in page, in one browser and without a long pause."
        case .misconfigured: "Tell the people who run this hub; what is wrong stands in its log."
        case .wrongPassword: "Check both and try again."
        case .untrusted: "Tell the people who run this hub, and sign in another way."
        case .unfit: "Tell the people who run this hub; what is wrong stands in its log."
        case .notFound: "Try again later, or ask the people who run this hub."
        case .deadToken:
            "Sign in there again and follow its link once more, or sign in here with your name and password."
        case .noContext: "Open the page of your environment there, and follow its link to the notebooks."
        case .outsideContext: "Ask there to become a member, or come from an environment that you are in."
        }
    }

    /// What the log has besides; nil when the message says it all.
    public var detail: String? {
        switch self {
        case .nonsense(_, let reason), .misconfigured(_, let reason), .untrusted(_, let reason), .unfit(_, let reason):
            reason
        case .refused(_, let words): words
        case .outsideContext(_, let context): context
        case .unreachable, .foreign, .wrongPassword, .notFound, .noContext, .deadToken: nil
        }
    }

    /// What people call a context: the last part of its path.
    private static func name(of context: String) -> String {
        context.split(separator: "/").last.map(String.init) ?? context
    }
}

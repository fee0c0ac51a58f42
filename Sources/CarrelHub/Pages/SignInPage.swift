import CarrelModel
import CarrelStore

/// Where a person says who they are; after signing out the frame's notice says so.
struct SignInPage: Page {
    /// Why the last attempt led nowhere.
    enum Problem: Sendable, Equatable {
        /// Unknown name or wrong password, which are never told apart.
        case refused
        /// Too many attempts from here or for this name; how long to wait, in seconds.
        case throttled(seconds: Int)
        /// The form was open for too long, or its `_xsrf` is not this browser's.
        case expired
        /// The account exists, the password is right, and it may not be used.
        case disabled
        /// The password is right, of somebody who waits for an account.
        case waits
    }

    /// An instance that people enter without an account.
    struct Offer: Sendable, Equatable {
        let title: String
        let url: PageLink
    }

    /// A provider that people can sign in with.
    struct Way: Sendable, Equatable {
        let title: String
        let url: PageLink
        let logo: PageLink?

        init(_ settings: AuthenticatorSettings, next: String) {
            title = settings.title
            url = PageLink(HubPath.signIn(with: settings.name) + (next.isEmpty ? "" : "?next=\(next.queryValue)"))
            logo = settings.logo.map { _ in PageLink("\(HubPath.prefix)sign-in-logo/\(settings.name)") }
        }
    }

    static let template = "sign-in"

    let title = "Sign in"
    let actionURL: PageLink
    /// Where to go afterwards, as the hub has already checked it; empty for the default.
    let next: String
    /// What was typed before, so that it need not be typed again.
    let typedName: String
    let problemTitle: String?
    let problemText: String?
    let throttledSeconds: Int?
    let focusesName: Bool
    let focusesPassword: Bool
    let offers: [Offer]
    let hasOffers: Bool
    /// The providers, in the operator's order.
    let ways: [Way]
    let hasWays: Bool
    /// Whether name and password of a local account are asked for.
    let hasForm: Bool
    /// Where to make an account, or to ask for one; nil where nobody can.
    let signUpURL: PageLink?
    let signUpText: String

    init(
        actionURL: PageLink,
        next: String = "",
        typedName: String = "",
        problem: Problem? = nil,
        offers: [InstanceRecord] = [],
        ways: [AuthenticatorSettings] = [],
        hasForm: Bool = true,
        signUp: SignUpPolicy = .never,
    ) {
        let query = next.isEmpty ? "" : "?next=\(next.queryValue)"
        signUpURL = signUp == .never ? nil : PageLink(HubPath.signUp + query)
        signUpText = signUp == .approval ? "Ask for an account" : "Make an account"
        self.ways = ways.map { Way($0, next: next) }
        hasWays = !ways.isEmpty
        self.hasForm = hasForm || ways.isEmpty
        self.offers = offers.map { Offer(title: $0.settings.title, url: PageLink(HubPath.enter($0.name))) }
        hasOffers = !offers.isEmpty
        self.actionURL = actionURL
        self.next = next
        self.typedName = typedName
        problemTitle = problem.map(Self.title)
        problemText = problem.map(Self.text)
        throttledSeconds = if case .throttled(let seconds)? = problem { max(seconds, 1) } else { nil }
        focusesName = problem == nil && typedName.isEmpty && ways.isEmpty
        focusesPassword = problem == nil && !typedName.isEmpty
    }

    private static func title(of problem: Problem) -> String {
        switch problem {
        case .refused: "That didn’t work"
        case .throttled: "Too many attempts"
        case .expired: "This form has expired"
        case .disabled: "This account is switched off"
        case .waits: "You are on the list"
        }
    }

    private static func text(of problem: Problem) -> String {
        switch problem {
        case .refused: "The user name or the password is wrong. Check both and try again."
        case .throttled(let seconds): "Try again in \(HumanText.count(max(seconds, 1), "second"))."
        case .expired: "Nothing is lost. Enter your password and sign in once more."
        case .disabled: "Ask the people who run this hub to switch it on again."
        case .waits: "Your password is right, and an admin has yet to approve your account. Sign in again later."
        }
    }
}

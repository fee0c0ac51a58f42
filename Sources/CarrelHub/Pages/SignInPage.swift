import CarrelAuth
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
        /// What stands between somebody and the place where their account is.
        case elsewhere(String, remedy: String)
        /// The password is right, of somebody who waits for an account.
        case waits
    }

    /// An instance that people enter without an account.
    struct Offer: Sendable, Equatable {
        let title: String
        let url: PageLink
    }

    /// A provider that people go to, or a proxy that has named them.
    struct Way: Sendable, Equatable {
        /// What the button does, before ``title``.
        let verb: String
        let title: String
        let url: PageLink
        let logo: PageLink?

        /// A button; `person` is whom the request proves already.
        init(_ settings: AuthenticatorSettings, next: String, as person: AuthenticatedPerson? = nil) {
            verb = person == nil ? "Sign in with" : "Continue as"
            title = person?.label ?? settings.title
            url = PageLink(HubPath.signIn(with: settings.name) + (next.isEmpty ? "" : "?next=\(next.queryValue)"))
            logo = HubPath.logo(of: settings)
        }
    }

    /// A name and a password that are asked for here.
    struct Form: Sendable, Equatable {
        /// What the ids of its fields end in; empty for accounts of the hub.
        let key: String
        /// Whose account is meant, where there is more than one way to sign in.
        let heading: String?
        /// Not `logo`, which is the frame's in templates.
        let picture: PageLink?
        let actionURL: PageLink
        let buttonText: String
        /// Whether a token is taken instead.
        let takesTokens: Bool
        /// What was typed before, so that it need not be typed again.
        let typedName: String
        /// Whether it is the one that the page's problem is about.
        let isTried: Bool
        let focusesName: Bool
        let focusesPassword: Bool
    }

    static let template = "sign-in"

    let title = "Sign in"
    /// Where to go afterwards, as the hub has already checked it; empty for the default.
    let next: String
    let problemTitle: String?
    let problemText: String?
    let throttledSeconds: Int?
    let offers: [Offer]
    let hasOffers: Bool
    /// The providers that people go to, in the operator's order.
    let ways: [Way]
    let hasWays: Bool
    /// The directories in the operator's order, then the form for accounts of the hub.
    let forms: [Form]
    /// Where to make an account, or to ask for one; nil where nobody can.
    let signUpURL: PageLink?
    let signUpText: String

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - actionURL: where the form for accounts of the hub is sent.
    ///   - next: where to go afterwards.
    ///   - typedName: what was typed before.
    ///   - tried: the authenticator whose form it was typed into; nil for that of the hub.
    ///   - problem: why that led nowhere.
    ///   - offers: what people enter without an account.
    ///   - ways: besides accounts of the hub.
    ///   - proven: the people whom the request proves, by authenticator.
    ///   - hasForm: whether those are asked for; where there is no other way they are in any case.
    ///   - signUp: who may make an account.
    init(
        actionURL: PageLink,
        next: String = "",
        typedName: String = "",
        tried: String? = nil,
        problem: Problem? = nil,
        offers: [InstanceRecord] = [],
        ways: [AuthenticatorSettings] = [],
        proven: [String: AuthenticatedPerson] = [:],
        hasForm: Bool = true,
        signUp: SignUpPolicy = .never,
    ) {
        let query = next.isEmpty ? "" : "?next=\(next.queryValue)"
        signUpURL = signUp == .never ? nil : PageLink(HubPath.signUp + query)
        signUpText = signUp == .approval ? "Ask for an account" : "Make an account"
        self.next = next
        self.ways = ways.compactMap { settings in
            switch settings.kind.start {
            case .there: Way(settings, next: next)
            case .proven: proven[settings.name].map { Way(settings, next: next, as: $0) }
            case .form: nil
            }
        }
        hasWays = !self.ways.isEmpty
        let directories = ways.filter { $0.kind.start == .form }
        let isAlone = self.ways.isEmpty && directories.isEmpty
        func form(_ settings: AuthenticatorSettings?, isFirst: Bool) -> Form {
            let isTried = settings?.name == tried
            let account = settings.map { "your account of \($0.title)" } ?? "an account of this hub"
            return Form(
                key: settings.map { "-\($0.name)" } ?? "",
                heading: isAlone ? nil : isFirst ? "With \(account)" : "or with \(account)",
                picture: settings.flatMap(HubPath.logo(of:)),
                actionURL: settings.map { PageLink(HubPath.signIn(at: $0.name)) } ?? actionURL,
                buttonText: settings.map { "Sign in with \($0.title)" } ?? "Sign in",
                takesTokens: settings?.kind == .openbis,
                typedName: isTried ? typedName : "",
                isTried: isTried && problem != nil,
                focusesName: problem == nil && typedName.isEmpty && isAlone,
                focusesPassword: problem == nil && isTried && !typedName.isEmpty,
            )
        }
        let hasWays = hasWays
        var forms = directories.enumerated().map { form($1, isFirst: $0 == 0 && !hasWays) }
        if hasForm || isAlone { forms.append(form(nil, isFirst: forms.isEmpty && !hasWays)) }
        self.forms = forms
        self.offers = offers.map { Offer(title: $0.settings.title, url: PageLink(HubPath.enter($0.name))) }
        hasOffers = !offers.isEmpty
        problemTitle = problem.map(Self.title)
        problemText = problem.map(Self.text)
        throttledSeconds = if case .throttled(let seconds)? = problem { max(seconds, 1) } else { nil }
    }

    private static func title(of problem: Problem) -> String {
        switch problem {
        case .refused: "That didn’t work"
        case .throttled: "Too many attempts"
        case .expired: "This form has expired"
        case .disabled: "This account is switched off"
        case .elsewhere: "That didn’t work"
        case .waits: "You are on the list"
        }
    }

    private static func text(of problem: Problem) -> String {
        switch problem {
        case .refused: "The user name or the password is wrong. Check both and try again."
        case .throttled(let seconds): "Try again in \(HumanText.count(max(seconds, 1), "second"))."
        case .expired: "Nothing is lost. Enter your password and sign in once more."
        case .disabled: "Ask the people who run this hub to switch it on again."
        case .elsewhere(let what, let remedy): "\(what) \(remedy)"
        case .waits: "Your password is right, and an admin has yet to approve your account. Sign in again later."
        }
    }
}

extension HubPath {
    /// Where a name and a password for an account elsewhere are sent.
    static func signIn(at authenticator: String) -> String { "\(signIn)/\(authenticator)" }

    /// The picture of a way to sign in; nil when it has none.
    fileprivate static func logo(of settings: AuthenticatorSettings) -> PageLink? {
        settings.logo.map { _ in PageLink("\(prefix)sign-in-logo/\(settings.name)") }
    }
}

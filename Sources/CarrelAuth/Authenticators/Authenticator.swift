public import Foundation

/// A way to prove who one is elsewhere: a few calls, behind which there is a provider, a directory, or a proxy.
///
/// It says who somebody is there, and never who they are here: that is decided by provider and subject.
public protocol Authenticator: Sendable {
    /// How a sign-in begins.
    ///
    /// - Parameters:
    ///   - next: where to go afterwards.
    ///   - purpose: what it is for.
    ///   - now: the time.
    /// - Returns: where the browser goes, or what is asked for here.
    /// - Throws: ``AuthenticatorError``.
    func begin(
        next: String?,
        purpose: SignInAttempt.Purpose,
        now: Date,
    ) async throws(AuthenticatorError) -> SignInStart

    /// Finds out who somebody is who brings this proof.
    ///
    /// - Throws: ``AuthenticatorError``.
    func authenticate(_ proof: SignInProof) async throws(AuthenticatorError) -> AuthenticatedPerson

    /// Asks again about somebody who proved it before.
    ///
    /// - Parameters:
    ///   - grant: what came with them the last time.
    ///   - subject: who they are there.
    ///   - keep: is given what is worth something from now on as soon as it is there: what was before may be worth nothing.
    /// - Returns: what is known of them now; nil when they aren't vouched for any more.
    /// - Throws: ``AuthenticatorError`` when that can't be found out at the moment.
    func refresh(
        _ grant: Data,
        of subject: String,
        keep: @Sendable (Data) async -> Void,
    ) async throws(AuthenticatorError) -> AuthenticatedPerson?

    /// How a browser ends its session there too.
    ///
    /// - Parameters:
    ///   - grant: what came with them the last time; nil when nothing did.
    ///   - address: where the browser comes back to.
    /// - Returns: what the browser does there; nil where there is nothing to do.
    /// - Throws: ``AuthenticatorError``.
    func signOut(_ grant: Data?, returningTo address: String) async throws(AuthenticatorError) -> SignOutStep?

    /// Gives back what came with somebody who doesn't work here any more, so that nobody can use it.
    ///
    /// - Throws: ``AuthenticatorError`` when that can't be done at the moment.
    func release(_ grant: Data) async throws(AuthenticatorError)
}

/// How a sign-in begins.
public enum SignInStart: Sendable {
    /// The browser goes to an address, and this has to be known when it comes back.
    case there(url: String, attempt: SignInAttempt)
    /// A name and a password are asked for here.
    case form
    /// The request itself shows who it is.
    case proven
}

/// How a browser ends its session elsewhere.
public enum SignOutStep: Sendable, Equatable {
    /// It sends a form there, if its user wants that.
    case form(OnwardForm)
    /// It goes to an address.
    case address(String)
}

/// What somebody brings to show who they are.
public enum SignInProof: Sendable {
    /// The answer of a provider, as the browser brought it, and what the hub kept to compare it with.
    case answer(query: [(String, String)], attempt: SignInAttempt)
    /// A name and a password that somebody typed.
    case password(name: String, password: String)
    /// A token of theirs, from a link or typed.
    case token(String)
    /// The request's fields: gives the values of all of a name.
    case fields(@Sendable (String) -> [String])
}

/// Somebody as a provider knows them.
public struct AuthenticatedPerson: Sendable, Equatable {
    /// What the provider calls them for ever; no name.
    public var subject: String
    /// What they are recognised by on pages: a name or an address.
    public var label: String
    /// What an account of theirs could be called, the best first; from elsewhere, so anything can stand there.
    public var names: [String]
    /// Their entitlements, as they came; nil when the provider says nothing about them.
    public var entitlements: [String]?
    /// The names of the groups there that they are in.
    public var groups: [String]
    /// What the provider calls its own session with their browser.
    public var session: String?
    /// What is kept, encrypted, to ask again later; nil when that can't be done.
    public var grant: Data?
    /// Whether they only showed a token that programs of theirs have, too.
    public var isByToken = false

    /// Joins the parts.
    public init(
        subject: String,
        label: String,
        names: [String],
        entitlements: [String]?,
        groups: [String] = [],
        session: String? = nil,
        grant: Data? = nil,
    ) {
        self.subject = subject
        self.label = label
        self.names = names
        self.entitlements = entitlements
        self.groups = groups
        self.session = session
        self.grant = grant
    }
}

/// A form that a browser sends elsewhere, so that nothing of it stands in an address.
public struct OnwardForm: Sendable, Equatable {
    /// Where it is sent.
    public let action: String
    /// Its hidden fields.
    public let fields: [Field]

    /// A hidden field.
    public struct Field: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        /// Joins the two.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Joins the parts.
    public init(action: String, fields: [Field]) {
        self.action = action
        self.fields = fields
    }
}

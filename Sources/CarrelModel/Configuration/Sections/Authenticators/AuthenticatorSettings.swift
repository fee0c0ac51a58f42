/// A way to sign in besides local accounts: a provider of OpenID Connect, an LDAP directory, a proxy before this one, or an openBIS.
public struct AuthenticatorSettings: NamedSettingSection {
    /// The name by which the store and addresses know it; an account's identities are bound to it.
    public let name: String

    /// What it is.
    public var kind = AuthenticatorKind.openid

    /// What it is called on pages.
    public var title: String

    /// A picture for its button, an SVG or PNG file; absolute once loaded.
    public var logo: String?

    /// The provider's issuer identifier, to which `/.well-known/openid-configuration` is added.
    public var issuer = ""

    /// What the issuer was called before, when it vouched for the same people.
    public var formerIssuers: [String] = []

    /// Under which name the hub is registered at the provider.
    public var clientID = ""

    /// The file with the secret that belongs to it; nil for a public client.
    public var clientSecretFile: String?

    /// What the provider is asked for.
    public var scopes = ["openid", "profile", "email", "offline_access"]

    /// Where the provider sends browsers back to; nil for ``standardRedirectPath``.
    public var redirectPath: String?

    /// How long it may take for an answer.
    public var deadline = Duration.seconds(5)

    /// How often it is asked again whether somebody still belongs.
    public var refresh = Duration.seconds(900)

    /// For whom access tokens may be made with which programs sign in; none: programs can't.
    public var audiences: [String] = []

    /// The contexts of D4Science (virtual research environments) from whose pages people come; none: they come from anywhere.
    public var contexts: [String] = []

    /// The claims that a new account's name is taken from, the first that there is.
    public var userName = ["preferred_username"]

    /// The claim that holds people's entitlements.
    public var entitlements = "eduperson_entitlement"

    /// What stands before `:group:` in a pattern that is written short.
    public var namespace = "urn:mace:egi.eu"

    /// The entitlements of which people need one to sign in at all; none for everybody.
    public var members: [String] = []

    /// A file of PEM certificates, one of which must have signed the service's; nil for those that the system trusts.
    public var certificateAuthority: String?

    /// The directory, of kind ``AuthenticatorKind/ldap``.
    public var directory = DirectorySettings()

    /// The headers, of kind ``AuthenticatorKind/header``.
    public var header = HeaderSettings()

    /// The openBIS, of kind ``AuthenticatorKind/openbis``.
    public var openBIS = OpenBISAddressSettings()

    /// The groups there of which people need one to sign in at all; none for everybody.
    public var allowedGroups: [String] = []

    /// Where people ask for what they need to sign in.
    public var enrolment: WebAddress?

    /// What people's entitlements or groups make them members of, by group here.
    public var memberships: [MembershipSettings] = []

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "provider")
    }

    /// Who vouches for people: what is noted of a newcomer, then what may have been noted of who came before.
    public var issuers: [String] {
        switch kind {
        case .openid: [issuer] + formerIssuers
        case .openbis: [openBIS.url] + formerIssuers
        case .ldap, .header: [kind.rawValue]
        }
    }

    /// Where the provider sends browsers back to, as a path of the hub.
    public var callbackPath: String { redirectPath ?? "/hub/oauth_callback/\(name)" }

    static let keys = lists.flatMap { kinds, keys in
        kinds.count == AuthenticatorKind.allCases.count ? keys : keys.map { $0.noted(note(of: kinds)) }
    }

    /// The keys by the kinds that have a use for them.
    private static let lists: [(kinds: [AuthenticatorKind], keys: [Key<AuthenticatorSettings>])] = [
        (AuthenticatorKind.allCases, general), ([.openid], provider), ([.openid, .openbis], former),
        ([.ldap], directoryKeys), ([.header], headerKeys), ([.openbis], openBISKeys), ([.ldap, .openbis], trust),
        ([.openid, .ldap, .openbis], asking), ([.openid], programs + fromContexts + claims),
        ([.ldap, .header], groups),
        ([.openid, .ldap, .header], people),
    ]

    private static let kindsOfKey: [String: [AuthenticatorKind]] = Dictionary(
        lists.flatMap { kinds, keys in keys.map { ($0.name, kinds) } },
        uniquingKeysWith: { $0 + $1 },
    )

    private static func note(of kinds: [AuthenticatorKind]) -> String {
        let names = kinds.map { "`\($0.rawValue)`" }
        let last = names.suffix(1).joined()
        return names.count > 1
            ? "Only of the kinds \(names.dropLast().joined(separator: ", ")) and \(last)." : "Only of the kind \(last)."
    }

    func standing(of key: Key<Self>) -> KeyStanding {
        guard let kinds = Self.kindsOfKey[key.name], !kinds.contains(kind) else {
            return key.isRequired ? .required : .optional
        }
        return .unfit(expected: "it with kind: \(kinds.map(\.rawValue).joined(separator: " or ")) only")
    }

    private static let general: [Key<AuthenticatorSettings>] = [
        Key(
            "kind",
            \.kind,
            .choice,
            """
            What it is: `openid`, a provider of OpenID Connect; `ldap`, a directory such as OpenLDAP or Active Directory; \
            `header`, a web server before this one that signs people in and says in a header who they are; `openbis`, an openBIS, \
            whose token servers get, too.
            """,
        ),
        Key("title", \.title, .text(1...60), "What it is called on the sign-in page; default: the name."),
        Key("logo", \.logo, .optional(.path()), "A picture for its button, an SVG or PNG file of 64 kB at most."),
    ]

    private static let trust: [Key<AuthenticatorSettings>] = [
        Key(
            "certificateAuthority",
            \.certificateAuthority,
            .optional(.path()),
            """
            A file of PEM certificates, one of which must have signed the service's. Left out, those that the system trusts. With \
            `kind: openbis` servers trust them as well.
            """,
        )
    ]

    private static let asking: [Key<AuthenticatorSettings>] = [
        Key(
            "deadline",
            \.deadline,
            .duration(.seconds(1)...(.seconds(30))),
            "How long the provider may take for each answer, or all servers of the directory together; after that the page says so.",
        ),
        Key(
            "refresh",
            \.refresh,
            .duration(.seconds(10)...(.seconds(86_400))),
            """
            How often it is asked again what somebody who is signed in, or has a server, belongs to; with `kind: openbis`, whether \
            their session there lasts.
            """,
        ),
    ]

    private static let people: [Key<AuthenticatorSettings>] = [
        Key(
            "enrolment",
            \.enrolment,
            .optional(.parsed),
            "The page where people ask for what they need to sign in; shown to those who lack it.",
        ),
        Key(
            "memberships",
            \.memberships,
            .sections(),
            """
            What entitlements or groups there make people members of: a map from names of your choice to their keys. It is \
            looked at at each sign-in and refresh; who loses one leaves what they had by it.
            """,
        ),
    ]

    var faults: [SettingFault] {
        let own: [SettingFault] =
            switch kind {
            case .openid: providerFaults
            case .ldap: directory.faults
            case .header: header.faults
            case .openbis: []
            }
        return own
            + memberships.flatMap { membership in
                membership.faults(in: kind).map { $0.inside("memberships.\(membership.name)") }
            }
    }
}

/// What kinds of ways to sign in there are besides local accounts.
public enum AuthenticatorKind: String, Sendable, CaseIterable {
    /// A provider of OpenID Connect, to which browsers go.
    case openid
    /// A directory that is asked about names and passwords.
    case ldap
    /// A proxy before this one that says in a header who somebody is.
    case header
    /// An openBIS, which is asked about names and passwords, and about tokens that people bring.
    case openbis

    /// How a sign-in begins.
    public enum Start: Sendable {
        /// The browser goes there.
        case there
        /// A name and a password are asked for here.
        case form
        /// The request itself shows who it is.
        case proven
    }

    /// How a sign-in begins.
    public var start: Start {
        switch self {
        case .openid: .there
        case .ldap, .openbis: .form
        case .header: .proven
        }
    }

    /// Whether it gives tokens with which programs act for people elsewhere.
    public var givesTokens: Bool { self == .openid }
}

/// A way to sign in besides local accounts: an OpenID Connect provider.
public struct AuthenticatorSettings: NamedSettingSection {
    /// The name by which the store and addresses know it; an account's identities are bound to it.
    public let name: String

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

    /// How long the provider may take for an answer.
    public var deadline = Duration.seconds(5)

    /// How often the provider is asked again whether somebody still belongs.
    public var refresh = Duration.seconds(900)

    /// For whom access tokens may be made with which programs sign in; none: programs can't.
    public var audiences: [String] = []

    /// The claims that a new account's name is taken from, the first that there is.
    public var userName = ["preferred_username"]

    /// The claim that holds people's entitlements.
    public var entitlements = "eduperson_entitlement"

    /// What stands before `:group:` in a pattern that is written short.
    public var namespace = "urn:mace:egi.eu"

    /// The entitlements of which people need one to sign in at all; none for everybody.
    public var members: [String] = []

    /// Where people ask for such an entitlement.
    public var enrolment: WebAddress?

    /// What people's entitlements make them members of, by group.
    public var memberships: [MembershipSettings] = []

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "provider")
    }

    /// Who vouches for people: the issuer, and what it was called before.
    public var issuers: [String] { [issuer] + formerIssuers }

    /// Where the provider sends browsers back to, as a path of the hub.
    public var callbackPath: String { redirectPath ?? "/hub/oauth_callback/\(name)" }

    static let keys: [Key<AuthenticatorSettings>] = provider + programs + people

    private static let provider: [Key<AuthenticatorSettings>] = [
        Key("title", \.title, .text(1...60), "What it is called on the sign-in page; default: the name."),
        Key("logo", \.logo, .optional(.path()), "A picture for its button, an SVG or PNG file of 64 kB at most."),
        Key(
            "issuer",
            \.issuer,
            .issuer,
            presence: .required,
            "The provider's issuer: the address below which its `/.well-known/openid-configuration` is.",
        ),
        Key(
            "formerIssuers",
            \.formerIssuers,
            .list(of: .issuer, count: 0...10),
            """
            Issuers that stood here before and vouch for the same people under the same subjects. Without it nobody who came \
            by another issuer is taken for the one whom this issuer calls so.
            """,
        ),
        Key(
            "clientID",
            \.clientID,
            .text(1...300),
            presence: .required,
            "The name under which this hub is registered there.",
        ),
        Key(
            "clientSecretFile",
            \.clientSecretFile,
            .optional(.path()),
            "A file with the secret that belongs to that name, readable by the hub only. Left out for a public client.",
        ),
        Key(
            "scopes",
            \.scopes,
            .list(of: .scopeToken, count: 1...30),
            """
            What is asked of the provider. `openid` must be among them; with `offline_access` it may tell the hub later \
            too whether people still belong.
            """,
        ),
        Key(
            "redirectPath",
            \.redirectPath,
            .optional(.callbackPath),
            """
            Where the provider sends browsers back to, below the hub's public address, as it is registered there. Left \
            out, `/hub/oauth_callback/` and the name; a hub that follows a JupyterHub may keep its `/hub/oauth_callback`.
            """,
        ),
        Key(
            "deadline",
            \.deadline,
            .duration(.seconds(1)...(.seconds(30))),
            "How long the provider may take for each answer; after that the page says so.",
        ),
        Key(
            "refresh",
            \.refresh,
            .duration(.seconds(10)...(.seconds(86_400))),
            "How often the provider is asked again what somebody who is signed in, or has a server, belongs to.",
        ),
    ]

    private static let programs: [Key<AuthenticatorSettings>] = [
        Key(
            "audiences",
            \.audiences,
            .list(of: .text(1...300), count: 0...20),
            """
            Programs sign in at `/hub/jwt_login` with an access token of the provider that is made for one of these: names of \
            clients or addresses. None: they can't.
            """,
        )
    ]

    private static let people: [Key<AuthenticatorSettings>] = [
        Key(
            "userName",
            \.userName,
            .list(of: .claimName, count: 1...10),
            """
            The claims that a new account's name is taken from: the first that there is and that can be a name. Two people \
            with one name are never one account: the second is told, and can link the other account by signing in to it.
            """,
        ),
        Key("entitlements", \.entitlements, .claimName, "The claim that lists people's entitlements."),
        Key(
            "namespace",
            \.namespace,
            .text(1...200),
            "What stands before `:group:` in a pattern that is written short, such as `vo.example.eu`.",
        ),
        Key(
            "members",
            \.members,
            .list(of: .text(1...500), count: 0...100),
            "Entitlements of which people need one to sign in here at all; see explanation/entitlements. None for everybody.",
        ),
        Key(
            "enrolment",
            \.enrolment,
            .optional(.parsed),
            "The page where people ask for one of `members`; shown to those who have none.",
        ),
        Key(
            "memberships",
            \.memberships,
            .sections(),
            """
            What entitlements make people members of: a map from names of your choice to their keys. It is looked at \
            at each sign-in and refresh; who loses an entitlement leaves what they had by it.
            """,
        ),
    ]

    var faults: [SettingFault] {
        var faults: [SettingFault] = []
        if !scopes.contains("openid") {
            faults.append(SettingFault(key: "scopes", found: "no openid", expected: "openid among them"))
        }
        return faults + patternFaults
    }

    /// Patterns that are none, beside the key where they stand.
    private var patternFaults: [SettingFault] {
        let namespace: EntitlementNamespace
        do throws(EntitlementError) {
            namespace = try EntitlementNamespace(self.namespace)
        } catch {
            return [SettingFault(key: "namespace", found: self.namespace, expected: error.expected)]
        }
        let lists =
            [("members", members)]
            + memberships.map { ("memberships.\($0.name).entitlements", $0.entitlements) }
        return lists.flatMap { key, patterns in
            patterns.compactMap { pattern in
                do throws(EntitlementError) {
                    _ = try EntitlementPattern(pattern, under: namespace)
                    return nil
                } catch {
                    return SettingFault(key: key, found: "“\(pattern)”", expected: error.expected)
                }
            }
        }
    }
}

extension EntitlementError {
    /// What is expected instead, after “expected”.
    fileprivate var expected: String {
        switch self {
        case .unfitPattern(_, let fault): "another pattern, as \(fault.reason)"
        case .unfitNamespace(_, let fault): "a namespace such as urn:mace:egi.eu, as \(fault.reason)"
        case .tooMany, .tooLong: "fewer"
        }
    }
}

extension Format where Value == String {
    /// The issuer identifier of a provider (OpenID Connect Discovery 1.0, section 3); `http` only where nobody listens in
    /// between, as on this machine.
    static var issuer: Self {
        scalar(
            expected: "an address with https:// and without a query, such as https://aai.egi.eu/auth/realms/egi",
            kind: "address",
            show: { $0 },
        ) { text in
            guard WebAddress(text: text) != nil, !text.contains("?"), !text.contains("#") else { return nil }
            let isLocal = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { start in
                text == start || text.hasPrefix(start + ":") || text.hasPrefix(start + "/")
            }
            return text.hasPrefix("https://") || isLocal ? text : nil
        }
    }

    /// A scope of OAuth (RFC 6749 §3.3).
    static var scopeToken: Self {
        scalar(expected: "a scope, without spaces", kind: "scope", show: { $0 }) { text in
            let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
            return isPlain && (1...200).contains(text.utf8.count) ? text : nil
        }
    }

    /// The name of a claim.
    static var claimName: Self {
        scalar(expected: "the name of a claim, such as preferred_username", kind: "claim", show: { $0 }) { text in
            let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
            return isPlain && (1...200).contains(text.utf8.count) ? text : nil
        }
    }

    /// Where a provider sends browsers back to.
    static var callbackPath: Self {
        scalar(
            expected: "/hub/oauth_callback, or a name after it: /hub/oauth_callback/egi",
            kind: "path",
            show: { $0 },
        ) { text in
            text.wholeMatch(of: #/\/hub\/oauth_callback(\/[A-Za-z0-9._\-]{1,60})?/#) == nil ? nil : text
        }
    }
}

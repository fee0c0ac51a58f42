extension AuthenticatorSettings {
    static let former: [Key<AuthenticatorSettings>] = [
        Key(
            "formerIssuers",
            \.formerIssuers,
            .list(of: .issuer, count: 0...10),
            """
            Issuers, or addresses of `openbis`, that stood here before and vouch for the same people under the same subjects. \
            Without it nobody who came by another one is taken for whom this one calls so.
            """,
        )
    ]

    static let provider: [Key<AuthenticatorSettings>] = [
        Key(
            "issuer",
            \.issuer,
            .issuer,
            presence: .required,
            "The provider's issuer: the address below which its `/.well-known/openid-configuration` is.",
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
    ]

    static let programs: [Key<AuthenticatorSettings>] = [
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

    static let claims: [Key<AuthenticatorSettings>] = [
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
    ]

    var providerFaults: [SettingFault] {
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

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

    /// A server of a directory.
    static var directoryServer: Self {
        scalar(
            expected: "ldaps://HOST or ldap://HOST, with :PORT if need be",
            kind: "address of a server",
            show: { $0 },
        ) { text in
            let shape = #/ldaps?:\/\/([A-Za-z0-9._\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?\/?/#
            return text.wholeMatch(of: shape) == nil ? nil : text
        }
    }

    /// The name of an attribute of entries (RFC 4512 §1.4), or its number.
    static var attributeName: Self {
        scalar(expected: "the name of an attribute, such as uid", kind: "attribute", show: { $0 }) { text in
            text.wholeMatch(of: #/([A-Za-z][A-Za-z0-9\-]{0,99}|[0-9]+(\.[0-9]+){1,30})/#) == nil ? nil : text
        }
    }

    /// Where an openBIS is; PyBIS refuses `http` (reference `openbis.md` 1.3).
    static var openBISAddress: Self {
        scalar(
            expected: "an address with https:// and without a path, such as https://openbis.example.org",
            kind: "address",
            show: { $0 },
        ) { text in
            guard let origin = WebOrigin(text: text), origin.isSecure else { return nil }
            return origin.description
        }
    }
}

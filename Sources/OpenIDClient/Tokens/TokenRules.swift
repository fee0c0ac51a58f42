import Foundation

/// What the claims of a token must be for us to believe it.
///
/// Pure; the signature was checked before.
struct TokenRules: Sendable {
    let issuer: String
    let clientID: String
    /// How far the clocks may differ, in seconds.
    let leeway: TimeInterval

    init(_ registration: OpenIDRegistration) {
        issuer = registration.issuer
        clientID = registration.clientID
        leeway = registration.leeway / .seconds(1)
    }

    /// Checks an ID token (Core §3.1.3.7 and §3.1.3.8).
    ///
    /// Its nonce and subject are compared by the caller.
    func checkIDToken(
        _ token: SignedToken,
        _ claims: OpenIDClaims,
        accessToken: String,
        at now: Date,
    ) throws(TokenFault) {
        guard [nil, "jwt"].contains(token.type), ["ID", nil].contains(claims.string("typ")),
            claims["events"] == nil
        else { throw .wrongKind }
        try checkIssuer(claims)
        let audiences = try needed("aud", claims.strings("aud"), in: claims)
        guard audiences.contains(clientID) else { throw .foreignAudience }
        switch claims["azp"] {
        case nil where audiences.count > 1: throw .foreignParty
        case let party?: guard party == .string(clientID) else { throw .foreignParty }
        case nil: break
        }
        try checkSubject(claims)
        try checkTimes(claims, needs: ["exp", "iat"], at: now)
        guard let hash = claims["at_hash"] else { return }
        guard hash == .string(token.algorithm.accessTokenHash(accessToken)) else { throw .accessTokenHash }
    }

    /// Checks a logout token (Back-Channel Logout 1.0 §2.6).
    ///
    /// One without `exp`, as drafts allowed, counts two minutes from `iat`.
    func checkLogoutToken(
        _ token: SignedToken,
        _ claims: OpenIDClaims,
        at now: Date,
    ) throws(TokenFault) -> LogoutNotice {
        guard [nil, "jwt", "logout+jwt"].contains(token.type), ["Logout", nil].contains(claims.string("typ")),
            claims["nonce"] == nil, case .object(let events) = claims["events"],
            case .object = events[Self.logoutEvent]
        else { throw .wrongKind }
        try checkIssuer(claims)
        guard try needed("aud", claims.strings("aud"), in: claims).contains(clientID) else { throw .foreignAudience }
        try checkTimes(claims, needs: ["iat"], at: now)
        let issued = try needed("iat", claims.date("iat"), in: claims)
        let end = (claims.date("exp") ?? issued.addingTimeInterval(120)).addingTimeInterval(leeway)
        guard now < end else { throw .expired }
        let identifier = try needed("jti", claims.string("jti").flatMap { $0.isEmpty ? nil : $0 }, in: claims)
        for name in ["sub", "sid"] where claims[name] != nil {
            guard let text = claims.string(name), !text.isEmpty else { throw .wrongType(name) }
        }
        guard claims["sub"] != nil || claims["sid"] != nil else { throw .missing("sub") }
        return LogoutNotice(
            subject: claims.string("sub"),
            sessionID: claims.string("sid"),
            identifier: identifier,
            expires: end,
        )
    }

    private static let logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

    /// Checks an access token that is a JWT (RFC 9068 §4, and Keycloak's, which say what they are in a claim).
    func checkAccessToken(
        _ token: SignedToken,
        _ claims: OpenIDClaims,
        audiences: Set<String>,
        at now: Date,
    ) throws(TokenFault) {
        guard [nil, "jwt", "at+jwt"].contains(token.type), ["Bearer", nil].contains(claims.string("typ")),
            claims["at_hash"] == nil, claims["events"] == nil
        else { throw .wrongKind }
        // Keycloak before version 24 put the nonce into access tokens too; without such a word it is an ID token's.
        let isDeclared = token.type == "at+jwt" || claims.string("typ") == "Bearer"
        guard isDeclared || claims["nonce"] == nil else { throw .wrongKind }
        try checkIssuer(claims)
        try checkAccess(claims, audiences: audiences)
        try checkTimes(claims, needs: ["exp"], at: now)
    }

    /// Checks what an introspection endpoint said of an active token (RFC 7662 §2.2), where all but `active` is optional.
    func checkIntrospected(_ claims: OpenIDClaims, audiences: Set<String>, at now: Date) throws(TokenFault) {
        if let type = claims["token_type"] {
            guard type.string?.lowercased() == "bearer" else { throw .wrongKind }
        }
        if claims["iss"] != nil { try checkIssuer(claims) }
        try checkAccess(claims, audiences: audiences)
        try checkTimes(claims, needs: [], at: now)
    }

    /// Whom an access token is for and about: `aud`, or without it the client that it was issued to.
    private func checkAccess(_ claims: OpenIDClaims, audiences: Set<String>) throws(TokenFault) {
        let holders: [String] =
            if claims["aud"] != nil {
                try needed("aud", claims.strings("aud"), in: claims)
            } else {
                [claims.string("azp") ?? claims.string("client_id")].compactMap(\.self)
            }
        guard !audiences.isDisjoint(with: holders) else { throw .foreignAudience }
        try checkSubject(claims)
    }
}

extension TokenRules {
    private func checkIssuer(_ claims: OpenIDClaims) throws(TokenFault) {
        guard try needed("iss", claims.string("iss"), in: claims) == issuer else { throw .foreignIssuer }
    }

    /// A subject is 1 to 255 characters of ASCII (Core §2).
    private func checkSubject(_ claims: OpenIDClaims) throws(TokenFault) {
        let subject = try needed("sub", claims.string("sub"), in: claims)
        guard !subject.isEmpty else { throw .missing("sub") }
        guard subject.utf8.count <= 255, subject.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw .wrongType("sub")
        }
    }

    /// Checks each time that is there, and that those are there that are needed.
    private func checkTimes(_ claims: OpenIDClaims, needs: [String], at now: Date) throws(TokenFault) {
        for name in ["exp", "iat", "nbf"] where claims[name] != nil || needs.contains(name) {
            let time = try needed(name, claims.date(name), in: claims)
            if name == "exp" {
                guard now < time.addingTimeInterval(leeway) else { throw .expired }
            } else {
                guard time.addingTimeInterval(-leeway) <= now else { throw .notYetValid }
            }
        }
    }

    /// A claim that must be there, in the form it was read in.
    private func needed<Value>(_ name: String, _ value: Value?, in claims: OpenIDClaims) throws(TokenFault) -> Value {
        if let value { return value }
        throw claims[name] == nil ? .missing(name) : .wrongType(name)
    }
}

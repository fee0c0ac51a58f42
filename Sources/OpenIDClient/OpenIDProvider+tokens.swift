extension OpenIDProvider {
    /// Reads the claims of an access token that somebody showed us: by the provider's keys if it is a signed JWT, else by
    /// asking the provider what it is worth, where that is offered (RFC 7662).
    ///
    /// A JWT that was revoked still holds here until it expires; ``userInfo(_:subject:)`` refuses it at once.
    ///
    /// - Parameters:
    ///   - accessToken: as it was shown.
    ///   - audiences: whom it must be for, one of them; of a token without `aud`, the client that it was issued to.
    /// - Returns: the claims, with a subject.
    /// - Throws: ``OpenIDError/invalidToken(_:)`` with ``TokenFault/expired``, ``TokenFault/foreignAudience``,
    ///   ``TokenFault/inactive`` and the like.
    public func accessClaims(
        _ accessToken: String,
        audiences: Set<String>,
    ) async throws(OpenIDError) -> OpenIDClaims {
        guard accessToken.utf8.count <= SignedToken.largest else { throw .invalidToken(.tooLarge) }
        guard accessToken.isBearerToken else { throw .invalidToken(.malformed) }
        guard SignedToken.looksLike(accessToken) else {
            return try await introspected(accessToken, audiences: audiences)
        }
        let (token, claims) = try await verified(accessToken)
        try OpenIDError.holding(try rules.checkAccessToken(token, claims, audiences: audiences, at: now()))
        return claims
    }

    /// Which provider a token says it comes from, to choose among several whom to ask; anybody can write anything there.
    ///
    /// - Parameter token: as it was shown.
    /// - Returns: `iss` of a signed JWT; nil for an opaque token.
    public nonisolated static func claimedIssuer(of token: String) -> String? {
        guard let token = try? SignedToken(token), let claims = try? token.claims() else { return nil }
        return claims.string("iss")
    }

    /// Makes a token worthless, and for a refresh token all that came from it (RFC 7009 §2); nothing happens where the
    /// provider has no endpoint for it.
    ///
    /// - Parameter token: an access or a refresh token.
    /// - Throws: when the provider wasn't reached or refused; a token that it doesn't know is no error.
    public func revoke(_ token: String) async throws(OpenIDError) {
        let metadata = try await metadata()
        guard let endpoint = metadata.revocation else { return }
        let answer = try await post(endpoint, [("token", token)], metadata, for: .revocation)
        try answer.refuseErrors(of: .revocation, hiding: [token] + ownSecret)
    }

    private func introspected(_ token: String, audiences: Set<String>) async throws(OpenIDError) -> OpenIDClaims {
        let metadata = try await metadata()
        guard let endpoint = metadata.introspection else { throw .invalidToken(.malformed) }
        let answer = try await post(
            endpoint,
            [("token", token), ("token_type_hint", "access_token")],
            metadata,
            for: .introspection,
        )
        let claims = OpenIDClaims(try answer.object(of: .introspection, hiding: [token] + ownSecret))
        guard case .bool(let isActive) = claims["active"] else { throw .nonsense(.introspection, .member("active")) }
        guard isActive else { throw .invalidToken(.inactive) }
        try OpenIDError.holding(try rules.checkIntrospected(claims, audiences: audiences, at: now()))
        return claims
    }

    /// The client's secret, which no answer may bring into an error's words.
    var ownSecret: [String] { [registration.clientSecret].compactMap(\.self) }

    /// Posts a form in which, or beside which, the client shows who it is.
    func post(
        _ endpoint: EndpointAddress,
        _ fields: [(name: String, value: String)],
        _ metadata: ProviderMetadata,
        for call: OpenIDCall,
    ) async throws(OpenIDError) -> ProviderAnswer {
        let authentication = try metadata.authentication(for: call, registration)
        return try await calls.post(
            endpoint.text,
            form: fields + authentication.fields(registration),
            authorization: authentication.header(registration),
            for: call,
        )
    }
}

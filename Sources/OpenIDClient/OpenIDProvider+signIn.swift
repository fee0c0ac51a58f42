import Foundation

extension OpenIDProvider {
    /// Begins a sign-in, with PKCE, state and nonce.
    ///
    /// - Parameter prompt: `login` to have the person sign in anew, `none` to have nobody asked (Core §3.1.2.1).
    /// - Returns: where to send the browser, and what to keep.
    /// - Throws: when the provider's metadata can't be had.
    public func authorizationRequest(prompt: String? = nil) async throws(OpenIDError) -> AuthorizationRequest {
        let metadata = try await metadata()
        var generator = SystemRandomNumberGenerator()
        return AuthorizationRequest(
            registration,
            metadata,
            secrets: .generate(using: &generator),
            prompt: prompt,
        )
    }

    /// Redeems what the browser brought back for tokens, and checks the ID token.
    ///
    /// - Parameters:
    ///   - response: what came to the redirect URI.
    ///   - request: what was kept when this browser was sent away.
    /// - Returns: tokens with the claims of an ID token that holds.
    /// - Throws: ``OpenIDError/mismatch(_:)`` before anything is sent, when the answer isn't to this request;
    ///   ``OpenIDError/refused(_:code:description:)`` when the provider refused, or the person did (`access_denied`).
    public func redeem(
        _ response: AuthorizationResponse,
        for request: AuthorizationRequest.Secrets,
    ) async throws(OpenIDError) -> OpenIDTokens {
        guard response.answers(request) else { throw .mismatch(.state) }
        guard !response.isAmbiguous else { throw .nonsense(.authorization, .repeatedParameter) }
        let metadata = try await metadata()
        let code = try response.code(of: metadata)
        let answer = try await tokens(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", registration.redirectURI),
                ("code_verifier", request.verifier),
            ],
            hiding: [code, request.verifier],
            from: metadata,
        )
        guard let idToken = answer.idToken else { throw .nonsense(.token, .member("id_token")) }
        let claims = try await idTokenClaims(idToken, accessToken: answer.accessToken)
        guard claims.string("nonce") == request.nonce else { throw .mismatch(.nonce) }
        return tokens(answer, claims: claims, refreshToken: answer.refreshToken)
    }

    /// Gets new tokens, with as much as the person may have now.
    ///
    /// - Parameters:
    ///   - refreshToken: the newest there is.
    ///   - subject: whose it is; tokens about anybody else are refused.
    /// - Returns: new tokens; with the old refresh token, where the provider didn't replace it (RFC 6749 §6).
    /// - Throws: an error whose ``OpenIDError/endsGrant`` is true when the person must sign in again.
    public func refresh(_ refreshToken: String, subject: String) async throws(OpenIDError) -> OpenIDTokens {
        let answer = try await tokens(
            [("grant_type", "refresh_token"), ("refresh_token", refreshToken)],
            hiding: [refreshToken],
            from: try await metadata(),
        )
        let newest = answer.refreshToken ?? refreshToken
        guard let idToken = answer.idToken else { return tokens(answer, claims: .empty, refreshToken: newest) }
        let claims = try await idTokenClaims(idToken, accessToken: answer.accessToken)
        guard claims.subject == subject else { throw .mismatch(.subject) }
        return tokens(answer, claims: claims, refreshToken: newest)
    }

    /// Asks for what the provider says about a person (Core §5.3), of any size up to a megabyte.
    ///
    /// - Parameters:
    ///   - accessToken: from ``redeem(_:for:)`` or ``refresh(_:subject:)``.
    ///   - subject: whom the ID token is about.
    /// - Returns: the claims.
    /// - Throws: ``OpenIDError/mismatch(_:)`` for claims about somebody else (Core §5.3.2);
    ///   ``OpenIDError/refused(_:code:description:)`` with `invalid_token` for a token that is over.
    public func userInfo(_ accessToken: String, subject: String) async throws(OpenIDError) -> OpenIDClaims {
        guard accessToken.isBearerToken else { throw .invalidToken(.malformed) }
        guard let endpoint = try await metadata().userInfo else { throw .notOffered(.userInfo) }
        let answer = try await calls.get(endpoint.text, bearer: accessToken, for: .userInfo)
        let claims = OpenIDClaims(try answer.object(of: .userInfo, hiding: [accessToken]))
        guard let found = claims.string("sub") else { throw .nonsense(.userInfo, .member("sub")) }
        guard !subject.isEmpty, found == subject else { throw .mismatch(.subject) }
        return claims
    }

    private func idTokenClaims(_ text: String, accessToken: String) async throws(OpenIDError) -> OpenIDClaims {
        let (token, claims) = try await verified(text)
        try OpenIDError.holding(try rules.checkIDToken(token, claims, accessToken: accessToken, at: now()))
        return claims
    }

    private func tokens(_ answer: TokenAnswer, claims: OpenIDClaims, refreshToken: String?) -> OpenIDTokens {
        OpenIDTokens(
            accessToken: answer.accessToken,
            idToken: answer.idToken,
            refreshToken: refreshToken,
            expires: answer.lifetime.map { now().addingTimeInterval($0) },
            scopes: answer.scopes ?? registration.requestedScopes,
            claims: claims,
        )
    }

    private func tokens(
        _ fields: [(name: String, value: String)],
        hiding secrets: [String],
        from metadata: ProviderMetadata,
    ) async throws(OpenIDError) -> TokenAnswer {
        let answer = try await post(metadata.token, fields, metadata, for: .token)
        return try TokenAnswer(try answer.object(of: .token, hiding: secrets + ownSecret))
    }
}

public import Foundation

extension OpenIDProvider {
    /// A token for a context of D4Science.
    public struct ContextToken: Sendable, Equatable {
        /// What services are shown as `Authorization: Bearer`.
        public let text: String
        /// When it ends; nil where nobody says.
        public let expires: Date?
        /// What it says, whose signature and audience were checked.
        public let claims: OpenIDClaims
    }

    /// Changes an access token for one of a context, by a UMA ticket of Keycloak's, and checks what comes.
    ///
    /// Source: reference `egi.md` 1.6: the access token shows who asks, and the context is named quoted.
    ///
    /// - Parameters:
    ///   - accessToken: from ``redeem(_:for:)`` or ``refresh(_:subject:)``.
    ///   - context: such as `/d4science.research-infrastructures.eu/FARM/Rivers`.
    ///   - subject: whose the access token is; a token about anybody else is refused.
    /// - Returns: a token that holds, for this context.
    /// - Throws: ``OpenIDError/refused(_:code:description:)`` with `access_denied` or `invalid_client` for who isn't in the
    ///   context; ``OpenIDError/invalidToken(_:)``, or ``OpenIDError/mismatch(_:)``.
    public func contextToken(
        _ accessToken: String,
        context: String,
        subject: String,
    ) async throws(OpenIDError) -> ContextToken {
        guard accessToken.isBearerToken else { throw .invalidToken(.malformed) }
        let quoted = FormText.escape(context)
        let answer = try await calls.post(
            try await metadata().token.text,
            form: [
                ("grant_type", "urn:ietf:params:oauth:grant-type:uma-ticket"),
                ("claim_token_format", "urn:ietf:params:oauth:token-type:jwt"),
                ("audience", quoted),
            ],
            authorization: "Bearer \(accessToken)",
            for: .token,
        )
        let given: TokenAnswer
        do throws(OpenIDError) {
            given = try TokenAnswer(try answer.object(of: .token, hiding: [accessToken]))
        } catch .refused(.token, code: "invalid_grant", let description) {
            // Of the access token that was shown: the grant behind it may still be good.
            throw .refused(.token, code: "invalid_token", description: description)
        }
        let claims = try await accessClaims(given.accessToken, audiences: [context, quoted])
        guard claims.subject == subject else { throw .mismatch(.subject) }
        let lifetime = given.lifetime.map { now().addingTimeInterval($0) }
        return ContextToken(text: given.accessToken, expires: lifetime ?? claims.date("exp"), claims: claims)
    }
}

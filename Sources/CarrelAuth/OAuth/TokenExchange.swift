public import Foundation

/// What to answer at the token endpoint, `/hub/api/oauth2/token`, decided from values alone.
///
/// As observed in JupyterHub 6.1.1 (reference 1.11). We differ: a code shown twice revokes what was made from it
/// (RFC 6749 §10.5), and a verifier without a challenge is refused, which is how a challenge stripped on the way shows
/// itself (RFC 9700 §2.1.1).
public struct TokenExchange: Sendable {
    /// A token to make.
    public struct Grant: Sendable, Equatable {
        /// Whose it will be.
        public let userID: Int64
        /// The client it is for.
        public let clientID: String
        /// It ends with this browser session.
        public let sessionID: String
        /// As written, to be stored.
        public let scopes: [Scope]
        /// How long it is valid.
        public let lifetime: Duration
    }

    /// An answer in JSON with `error` and `error_description` (RFC 6749 §5.2).
    public struct Failure: Error, Sendable, Equatable {
        /// 400, or 401 for a client that isn't who it says.
        public let status: Int
        /// From the list of RFC 6749 §5.2.
        public let error: String
        /// For the client's author.
        public let message: String?

        /// The refusal of a code that is wrong, used, or too old.
        public static let invalidGrant = Failure(status: 400, error: "invalid_grant", message: nil)
    }

    /// The answer.
    public enum Step: Sendable, Equatable {
        /// Mark the code used and make the token, in one transaction that finds the code unused; 200 with
        /// `Cache-Control: no-store`.
        case grant(Grant)
        /// Say so, with `Cache-Control: no-store`.
        case refuse(Failure)
        /// Say so, and revoke every token that was made from this code.
        case refuseAndRevoke(Failure)
    }

    let pkce: AuthorizationPlan.PKCE
    let lifetime: Duration

    /// Makes the exchange.
    ///
    /// - Parameters:
    ///   - pkce: whether codes may have been given without a challenge.
    ///   - lifetime: of tokens; 14 days as in JupyterHub.
    public init(pkce: AuthorizationPlan.PKCE = .optional, lifetime: Duration = .seconds(1_209_600)) {
        self.pkce = pkce
        self.lifetime = lifetime
    }

    /// Decides on a request.
    ///
    /// - Parameters:
    ///   - request: the form.
    ///   - client: found by ``TokenRequest/clientID``.
    ///   - code: found by the hash of ``TokenRequest/code``.
    ///   - now: the clock.
    /// - Returns: what to do and answer.
    public func decide(
        _ request: TokenRequest,
        client: OAuthClient?,
        code: OAuthCode?,
        at now: Date,
    ) -> Step {
        do throws(Failure) {
            try checkForm(request)
            let client = try authenticate(request, client)
            guard request.grantType != "refresh_token" else { throw Self.failed("unauthorized_client") }
            guard let code, code.clientID.isSameBytes(as: client.id) else { throw Failure.invalidGrant }
            guard !code.isUsed else { return .refuseAndRevoke(Failure.invalidGrant) }
            guard now < code.expires else { throw Failure.invalidGrant }
            try checkVerifier(request.verifier, code.challenge)
            guard (request.redirectURI ?? client.redirectURI).isSameBytes(as: code.redirectURI) else {
                throw Self.failed("invalid_request", "Mismatching redirect URI.")
            }
            return .grant(
                Grant(
                    userID: code.userID,
                    clientID: client.id,
                    sessionID: code.sessionID,
                    scopes: code.scopes,
                    lifetime: lifetime,
                )
            )
        } catch {
            return .refuse(error)
        }
    }

    private func checkForm(_ request: TokenRequest) throws(Failure) {
        switch request.grantType {
        case "authorization_code":
            guard request.hasCode else { throw Self.failed("invalid_request", "Missing code parameter.") }
        case "refresh_token":
            guard request.refreshToken != nil else {
                throw Self.failed("invalid_request", "Missing refresh token parameter.")
            }
        default:
            throw Self.failed("unsupported_grant_type")
        }
        if let name = request.repeated { throw Self.failed("invalid_request", "Duplicate \(name) parameter.") }
    }

    private func authenticate(
        _ request: TokenRequest,
        _ client: OAuthClient?,
    ) throws(Failure) -> OAuthClient {
        guard let client, let id = request.clientID, client.id.isSameBytes(as: id),
            let secret = request.clientSecret, client.secretHash.matches(secret)
        else { throw Self.failed("invalid_client", status: 401) }
        return client
    }

    private func checkVerifier(_ verifier: String?, _ challenge: PKCEChallenge?) throws(Failure) {
        switch (challenge, verifier) {
        case (nil, nil) where pkce == .optional: return
        case (_, nil): throw Self.failed("invalid_request", "Code verifier required.")
        case (nil, _?): throw Self.failed("invalid_grant", "Challenge not found")
        case (let challenge?, let verifier?):
            guard challenge.isMet(by: verifier) else { throw Failure.invalidGrant }
        }
    }

    private static func failed(_ error: String, _ message: String? = nil, status: Int = 400) -> Failure {
        Failure(status: status, error: error, message: message)
    }
}

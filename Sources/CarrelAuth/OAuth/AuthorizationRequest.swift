/// What a client asks of a person at `/hub/api/oauth2/authorize` (RFC 6749 §4.1.1, RFC 7636 §4.3).
public struct AuthorizationRequest: Sendable, Equatable {
    /// Which client; look its ``OAuthClient`` up by this.
    public let clientID: String?
    let responseType: String?
    let redirectURI: String?
    /// Opaque to us, handed back as it came.
    public let state: String?
    let scope: String?
    let challenge: String?
    let challengeMethod: String?
    /// A parameter that came twice.
    let repeated: String?

    /// Reads the request.
    ///
    /// - Parameter query: names and decoded values, in order. The query of the URL, also on the POST that confirms it.
    public init(query: [(name: String, value: String)]) {
        let parameters = Parameters(query)
        clientID = parameters["client_id"]
        responseType = parameters["response_type"]
        redirectURI = parameters["redirect_uri"]
        state = parameters["state"]
        scope = parameters["scope"]
        challenge = parameters["code_challenge"]
        challengeMethod = parameters["code_challenge_method"]
        repeated = parameters.firstRepeated(of: [
            "client_id", "response_type", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
        ])
    }
}

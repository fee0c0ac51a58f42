import Foundation

/// What a client sends to `/hub/api/oauth2/token` (RFC 6749 §4.1.3), as a form.
public struct TokenRequest: Sendable {
    /// Which client; look its ``OAuthClient`` up by this.
    public let clientID: String?
    /// The code; look its ``OAuthCode`` up by its hash.
    public let code: Secret?
    let clientSecret: Secret?
    let grantType: String?
    let hasCode: Bool
    let redirectURI: String?
    let verifier: String?
    let refreshToken: String?
    /// A parameter that came twice.
    let repeated: String?

    /// Reads the request.
    ///
    /// The client shows who it is by `client_id` and `client_secret` in the form, as the stock server does, or by HTTP
    /// Basic. The `Authorization: token …` that the stock server sends besides is no client credential and is ignored.
    ///
    /// - Parameters:
    ///   - form: names and decoded values, in order.
    ///   - authorization: the header field.
    public init(form: [(name: String, value: String)], authorization: String?) {
        let parameters = Parameters(form)
        let basic = authorization.flatMap(Self.basic)
        let isTwofold = basic != nil && (parameters["client_secret"] != nil)
        clientID = basic?.id ?? parameters["client_id"]
        clientSecret = (basic?.secret ?? parameters["client_secret"]).flatMap(Secret.init(presented:))
        grantType = parameters["grant_type"]
        hasCode = parameters["code"] != nil
        code = parameters["code"].flatMap(Secret.init(presented:))
        redirectURI = parameters["redirect_uri"]
        verifier = parameters["code_verifier"]
        refreshToken = parameters["refresh_token"]
        let once = ["client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier"]
        repeated = isTwofold ? "client_secret" : parameters.firstRepeated(of: once)
    }

    /// Reads HTTP Basic, whose parts are form-encoded before (RFC 6749 §2.3.1).
    private static func basic(_ header: String) -> (id: String, secret: String)? {
        let words = header.split(separator: " ")
        guard header.utf8.count <= 4096, words.count == 2, words[0].lowercased() == "basic",
            let data = Data(base64Encoded: String(words[1])), let text = String(data: data, encoding: .utf8),
            let colon = text.firstIndex(of: ":"),
            let id = text[..<colon].replacing("+", with: " ").removingPercentEncoding,
            let secret = text[text.index(after: colon)...].replacing("+", with: " ").removingPercentEncoding
        else { return nil }
        return (id, secret)
    }
}

extension TokenRequest: Redacted {}

/// What the browser brought back from a provider (RFC 6749 §4.1.2, RFC 9207 §2); anybody can make one up.
public struct AuthorizationResponse: Sendable, Equatable {
    /// What tokens are redeemed with, once.
    public let code: String?
    /// Which request it answers; look its secrets up by this.
    public let state: String?
    /// `iss`: which provider answers.
    public let issuer: String?
    /// An OAuth error code instead of `code`, as it came.
    public let error: String?
    /// Words about the error, as they came: not fit for a page.
    public let errorDescription: String?
    /// Whether a parameter came twice.
    let isAmbiguous: Bool

    /// Reads the query of the redirect URI.
    ///
    /// - Parameter query: names and decoded values, in order; an empty value is none (RFC 6749 §3.1).
    public init(query: [(String, String)]) {
        let names = ["code", "state", "iss", "error", "error_description"]
        let known = query.filter { names.contains($0.0) }
        let values = Dictionary(known.filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })
        code = values["code"]
        state = values["state"]
        issuer = values["iss"]
        error = values["error"]
        errorDescription = values["error_description"]
        isAmbiguous = Set(known.map(\.0)).count < known.count
    }

    /// The code, if the answer is of the provider with these metadata.
    ///
    /// - Throws: ``OpenIDError/mismatch(_:)``, ``OpenIDError/refused(_:code:description:)`` for an error that the provider
    ///   sent, ``OpenIDError/nonsense(_:_:)``.
    func code(of metadata: ProviderMetadata) throws(OpenIDError) -> String {
        if let issuer {
            guard issuer == metadata.issuer else { throw .mismatch(.issuer) }
        } else if metadata.namesIssuerInAnswers {
            throw .mismatch(.issuer)
        }
        if let error {
            guard let known = ErrorWords.code(error) else { throw .nonsense(.authorization, .member("error")) }
            throw .refused(.authorization, code: known, description: ErrorWords.description(errorDescription))
        }
        guard let code, code.isBearerToken else { throw .nonsense(.authorization, .member("code")) }
        return code
    }

    /// Whether it answers the request with these secrets; takes the same time wherever the states differ.
    func answers(_ secrets: AuthorizationRequest.Secrets) -> Bool {
        guard let state, !secrets.state.isEmpty, state.utf8.count == secrets.state.utf8.count else {
            return false
        }
        return zip(state.utf8, secrets.state.utf8).reduce(UInt8(0)) { $0 | $1.0 ^ $1.1 } == 0
    }
}

extension AuthorizationResponse: OpenIDHidden {}

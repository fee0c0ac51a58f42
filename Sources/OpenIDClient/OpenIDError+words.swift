extension OpenIDError: CustomStringConvertible {
    /// A sentence about what happened and one about what to do.
    public var description: String {
        switch self {
        case .unreachable(let call):
            "The provider can't be reached for \(call.words). Look whether it runs and its certificate is trusted."
        case .slow(let call, let deadline):
            "The provider didn't answer within \(deadline) when asked for \(call.words). Try again later."
        case .nonsense(let call, let fault):
            "The provider's answer to the call for \(call.words) can't be used: \(fault.words)."
        case .refused(let call, let code, let description):
            "The provider refused \(call.words): \(code)\(description.map { " (\($0))" } ?? "")."
        case .notOffered(let call): "The provider doesn't offer \(call.words)."
        case .invalidToken(let fault): "The token doesn't hold: \(fault.words)."
        case .mismatch(let what): "The answer doesn't belong here: \(what.words). Begin the sign-in again."
        case .unfitRegistration(let fault): fault.words
        case .cancelled: "The call to the provider was cancelled."
        }
    }
}

extension OpenIDCall {
    var words: String {
        switch self {
        case .discovery: "its metadata"
        case .keys: "its keys"
        case .authorization: "the sign-in"
        case .token: "tokens"
        case .userInfo: "the claims about a person"
        case .introspection: "what a token is worth"
        case .revocation: "the revocation of a token"
        case .endSession: "the end of a session"
        }
    }
}

extension OpenIDNonsense {
    fileprivate var words: String {
        switch self {
        case .redirect: "it is a redirect"
        case .status(let code): "its status is \(code)"
        case .tooLarge: "it is larger than a megabyte"
        case .notJSON: "it isn't a JSON object"
        case .foreignIssuer: "it names another issuer; write the issuer letter by letter as the provider does"
        case .member(let name): "“\(name)” is missing or of the wrong kind"
        case .insecureEndpoint(let name): "“\(name)” isn't an https address"
        case .repeatedParameter: "a parameter came twice"
        }
    }
}

extension OpenIDMismatch {
    fileprivate var words: String {
        switch self {
        case .state: "its state isn't the one that was sent"
        case .nonce: "its ID token was made for another sign-in"
        case .issuer: "it comes from another provider"
        case .subject: "it is about another person"
        }
    }
}

extension RegistrationFault {
    fileprivate var words: String {
        switch self {
        case .issuer:
            "The issuer must be an https address without query, fragment, name and password; http is for loopback only."
        case .clientAuthentication:
            "The provider takes a client's secret neither by HTTP Basic nor in a form. Register the client for one of both."
        }
    }
}

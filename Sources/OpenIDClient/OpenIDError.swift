/// What can go wrong between us and an OpenID Connect provider; its words never hold a secret or a token.
public enum OpenIDError: Error, Sendable, Equatable {
    /// No connection came about, it broke, or the provider's certificate isn't trusted.
    case unreachable(OpenIDCall)
    /// The whole answer wasn't there in time.
    case slow(OpenIDCall, after: Duration)
    /// It answered with something that no provider should.
    case nonsense(OpenIDCall, OpenIDNonsense)
    /// It refused with an OAuth error code (RFC 6749 §4.1.2.1 and §5.2); the description is cut and cleaned.
    case refused(OpenIDCall, code: String, description: String?)
    /// The provider has no endpoint for this.
    case notOffered(OpenIDCall)
    /// A token doesn't hold.
    case invalidToken(TokenFault)
    /// An answer belongs to another request, provider or person.
    case mismatch(OpenIDMismatch)
    /// What the client is registered with can't be used.
    case unfitRegistration(RegistrationFault)
    /// The task that asked was cancelled.
    case cancelled

    /// Whether the grant behind a code or refresh token is over, so that the person must sign in again.
    public var endsGrant: Bool {
        if case .refused(_, "invalid_grant", _) = self { true } else { false }
    }
}

extension OpenIDError {
    /// Does what a fault of a token ends.
    static func holding<Value>(_ work: @autoclosure () throws(TokenFault) -> Value) throws(OpenIDError) -> Value {
        do {
            return try work()
        } catch {
            throw .invalidToken(error)
        }
    }
}

/// What was asked of a provider.
public enum OpenIDCall: String, Sendable, Equatable {
    /// Its metadata (Discovery 1.0 §4).
    case discovery
    /// Its public keys, a JWK set (RFC 7517 §5).
    case keys
    /// To let a person sign in (OpenID Connect Core 1.0 §3.1.2).
    case authorization
    /// Tokens for a code or a refresh token (RFC 6749 §4.1.3 and §6).
    case token
    /// The claims about a person (Core §5.3).
    case userInfo
    /// What an access token is worth (RFC 7662).
    case introspection
    /// To make a token worthless (RFC 7009).
    case revocation
    /// To end a person's session (RP-Initiated Logout 1.0).
    case endSession
}

/// What was wrong with an answer.
public enum OpenIDNonsense: Sendable, Equatable {
    /// A redirect, which is never followed.
    case redirect
    /// A status that doesn't fit, without an OAuth error.
    case status(Int)
    /// More than a megabyte (1,048,576 bytes).
    case tooLarge
    /// HTML or anything else that isn't a JSON object.
    case notJSON
    /// Metadata that name another issuer (Discovery 1.0 §4.3).
    case foreignIssuer
    /// A member that is missing or of the wrong kind; holds its name.
    case member(String)
    /// An endpoint that isn't https; holds the name of its member.
    case insecureEndpoint(String)
    /// A parameter that came twice (RFC 6749 §3.1).
    case repeatedParameter
}

/// What didn't match.
public enum OpenIDMismatch: Sendable, Equatable {
    /// The answer's `state`: not begun in this browser, or begun long ago.
    case state
    /// The ID token's `nonce`: made for another sign-in.
    case nonce
    /// The answer's `iss` (RFC 9207): it comes from another provider.
    case issuer
    /// `sub`: the claims or tokens are somebody else's.
    case subject
}

/// What can't be used in a registration.
public enum RegistrationFault: Sendable, Equatable {
    /// The issuer isn't an https address, or has a query, a fragment or a name and password.
    case issuer
    /// The provider takes neither `client_secret_basic` nor `client_secret_post`.
    case clientAuthentication
}

/// Why a token doesn't hold.
public enum TokenFault: Error, Sendable, Equatable {
    /// More than 64 KiB (65,536 bytes).
    case tooLarge
    /// Not three parts of base64url with JSON objects in them, or JSON that lies too deep in itself.
    case malformed
    /// `alg` is `none`, HMAC or anything else that isn't allowed.
    case algorithm
    /// `crit` asks for something that isn't understood (RFC 7515 §4.1.11).
    case critical
    /// A token of another kind, such as an ID token in the place of an access token.
    case wrongKind
    /// The provider has no such key, or has it no more.
    case unknownKey
    /// It names no key and could mean several.
    case ambiguousKey
    /// The key that it names is for another algorithm.
    case unfitKey
    /// The signature isn't that of the key.
    case signature
    /// A claim is missing; holds its name.
    case missing(String)
    /// A claim is of the wrong kind, such as a number as `sub`; holds its name.
    case wrongType(String)
    /// `iss` is another provider.
    case foreignIssuer
    /// `aud` has nobody that it should have.
    case foreignAudience
    /// `azp` isn't this client, or is missing though there are several audiences (Core §3.1.3.7).
    case foreignParty
    /// `exp` is over.
    case expired
    /// `nbf` or `iat` is still to come.
    case notYetValid
    /// `at_hash` isn't the hash of the access token beside it.
    case accessTokenHash
    /// The provider says that it isn't active: expired, revoked or made up (RFC 7662 §2.2).
    case inactive

    /// What is wrong, after “because” or a colon.
    public var words: String {
        switch self {
        case .tooLarge: "it is larger than 64 KiB"
        case .malformed: "it isn't a signed JSON Web Token"
        case .algorithm: "its algorithm isn't allowed"
        case .critical: "it asks for an extension that isn't understood"
        case .wrongKind: "it is a token of another kind"
        case .unknownKey: "the provider has no such key"
        case .ambiguousKey: "it could be signed with any of several keys"
        case .unfitKey: "its key is for another algorithm"
        case .signature: "its signature is wrong"
        case .missing(let name): "“\(name)” is missing"
        case .wrongType(let name): "“\(name)” is of the wrong kind"
        case .foreignIssuer: "it was issued by somebody else"
        case .foreignAudience: "it was issued for somebody else"
        case .foreignParty: "it was issued to another client"
        case .expired: "it has expired"
        case .notYetValid: "it isn't valid yet; look whether the clocks of both sides are right"
        case .accessTokenHash: "it doesn't belong to the access token beside it"
        case .inactive: "the provider says that it isn't active"
        }
    }
}

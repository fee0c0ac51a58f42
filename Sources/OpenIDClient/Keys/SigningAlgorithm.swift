import Crypto
import Foundation

/// How a token may be signed (RFC 7518 §3.1, RFC 8037 §3.1): with a private key only.
///
/// `none` and HMAC aren't here on purpose: an attacker can make the one, and the other with what everybody may know.
enum SigningAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    // With Ed25519 only.
    case edDSA = "EdDSA"

    /// The key it takes: `kty`, and `crv` where there are curves.
    var keyType: (type: String, curve: String?) {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: ("RSA", nil)
        case .es256: ("EC", "P-256")
        case .es384: ("EC", "P-384")
        case .es512: ("EC", "P-521")
        case .edDSA: ("OKP", "Ed25519")
        }
    }

    /// How long a signature is, in bytes; nil where it is as long as the key.
    var signatureLength: Int? {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: nil
        case .es256, .edDSA: 64
        case .es384: 96
        case .es512: 132
        }
    }

    /// What an ID token says of the access token beside it: the left half of its hash (Core §3.1.3.6).
    ///
    /// Ed25519 hashes with SHA-512 inside, so that is what providers take.
    func accessTokenHash(_ token: String) -> String {
        let bytes = Data(token.utf8)
        let hash: [UInt8] =
            switch self {
            case .rs256, .ps256, .es256: Array(SHA256.hash(data: bytes))
            case .rs384, .ps384, .es384: Array(SHA384.hash(data: bytes))
            case .rs512, .ps512, .es512, .edDSA: Array(SHA512.hash(data: bytes))
            }
        return Base64URL.encode(hash.prefix(hash.count / 2))
    }
}

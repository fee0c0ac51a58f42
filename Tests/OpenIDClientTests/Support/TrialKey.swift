import Crypto
import CryptoExtras
import Foundation

@testable import OpenIDClient

/// A private key of a provider that tests play.
enum TrialKey: Sendable {
    case rsa(_RSA.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case p521(P521.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)

    /// Making an RSA key takes a while, so tests share two.
    static let one = TrialKey.made()
    static let other = TrialKey.made()

    private static func made() -> TrialKey {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else {
            preconditionFailure("There is no randomness for an RSA key.")
        }
        return .rsa(key)
    }

    /// The signature that an algorithm asks for; of an algorithm for another kind of key, some signature of this one.
    func signature(over text: String, _ algorithm: String) throws -> Data {
        let bytes = Data(text.utf8)
        switch self {
        case .rsa(let key):
            let padding: _RSA.Signing.Padding = algorithm.hasPrefix("PS") ? .PSS : .insecurePKCS1v1_5
            return switch algorithm.suffix(3) {
            case "384": try key.signature(for: SHA384.hash(data: bytes), padding: padding).rawRepresentation
            case "512": try key.signature(for: SHA512.hash(data: bytes), padding: padding).rawRepresentation
            default: try key.signature(for: SHA256.hash(data: bytes), padding: padding).rawRepresentation
            }
        case .p256(let key): return try key.signature(for: SHA256.hash(data: bytes)).rawRepresentation
        case .p384(let key): return try key.signature(for: SHA384.hash(data: bytes)).rawRepresentation
        case .p521(let key): return try key.signature(for: SHA512.hash(data: bytes)).rawRepresentation
        case .ed25519(let key): return try key.signature(for: bytes)
        }
    }

    /// The public half as a provider publishes it, with more members or others.
    func published(_ id: String?, _ more: [String: OpenIDValue?] = [:]) throws -> OpenIDValue {
        var members: [String: OpenIDValue] = ["use": "sig"]
        switch self {
        case .rsa(let key):
            let numbers = try key.publicKey.getKeyPrimitives()
            members["kty"] = "RSA"
            members["n"] = .string(Base64URL.encode(numbers.modulus))
            members["e"] = .string(Base64URL.encode(numbers.publicExponent))
        case .p256(let key): members.merge(Self.point("P-256", key.publicKey.rawRepresentation)) { $1 }
        case .p384(let key): members.merge(Self.point("P-384", key.publicKey.rawRepresentation)) { $1 }
        case .p521(let key): members.merge(Self.point("P-521", key.publicKey.rawRepresentation)) { $1 }
        case .ed25519(let key):
            members["kty"] = "OKP"
            members["crv"] = "Ed25519"
            members["x"] = .string(Base64URL.encode(key.publicKey.rawRepresentation))
        }
        members["kid"] = id.map(OpenIDValue.string)
        for (name, value) in more { members[name] = value }
        return .object(members)
    }

    private static func point(_ curve: String, _ bytes: Data) -> [String: OpenIDValue] {
        let half = bytes.count / 2
        return [
            "kty": "EC", "crv": .string(curve), "x": .string(Base64URL.encode(bytes.prefix(half))),
            "y": .string(Base64URL.encode(bytes.suffix(half))),
        ]
    }
}

import Foundation
import JWTKit

/// One public key of a provider (RFC 7517 §4), fit to check signatures with.
struct ProviderKey: Sendable, Equatable {
    let id: String?
    /// The one algorithm that it is for, if the provider says so.
    let algorithm: SigningAlgorithm?
    private let material: Material

    private enum Material: Equatable {
        case rsa(modulus: String, exponent: String)
        case curve(type: String, name: String, x: String, y: String?)
    }

    /// Takes a key; nil for one that is for something else, unknown here, or of another size than 2048 to 8192 bits.
    init?(_ object: [String: OpenIDValue]) {
        guard object["use"].map({ $0 == .string("sig") }) ?? true,
            object["key_ops"].map({ $0.list?.contains("verify") ?? false }) ?? true,
            object["kid"].map({ $0.string != nil }) ?? true
        else { return nil }
        id = object["kid"]?.string
        switch object["alg"] {
        case nil: algorithm = nil
        case let value?:
            guard let named = value.string.flatMap(SigningAlgorithm.init(rawValue:)) else { return nil }
            algorithm = named
        }
        switch object["kty"]?.string {
        case "RSA":
            guard let modulus = object["n"]?.string, let exponent = object["e"]?.string,
                let bytes = Base64URL.decode(modulus), (256...1024).contains(bytes.drop(while: { $0 == 0 }).count),
                let small = Base64URL.decode(exponent), (1...8).contains(small.count)
            else { return nil }
            material = .rsa(modulus: modulus, exponent: exponent)
        case let type? where type == "EC" || type == "OKP":
            guard let curve = object["crv"]?.string, let x = object["x"]?.string, Base64URL.decode(x) != nil,
                object["y"].map({ $0.string.flatMap(Base64URL.decode) != nil }) ?? (type == "OKP")
            else { return nil }
            material = .curve(type: type, name: curve, x: x, y: object["y"]?.string)
        default: return nil
        }
    }

    /// Whether signatures of an algorithm can be checked with it.
    func fits(_ wanted: SigningAlgorithm) -> Bool {
        guard algorithm == nil || algorithm == wanted else { return false }
        switch material {
        case .rsa: return wanted.keyType.type == "RSA"
        case .curve(let type, let name, _, _): return wanted.keyType == (type, name)
        }
    }

    /// Whether a signature over some bytes is right.
    func verifies(_ signature: Data, over bytes: Data, by wanted: SigningAlgorithm) async -> Bool {
        guard fits(wanted), wanted.signatureLength.map({ $0 == signature.count }) ?? true,
            let named = JWK.Algorithm(rawValue: wanted.rawValue)
        else { return false }
        let key: JWK =
            switch material {
            case .rsa(let modulus, let exponent):
                .rsa(named, identifier: Self.only, modulus: modulus, exponent: exponent)
            case .curve("EC", let name, let x, let y):
                .ecdsa(named, identifier: Self.only, x: x, y: y, curve: ECDSACurve(rawValue: name))
            case .curve(_, let name, let x, _):
                .octetKeyPair(named, identifier: Self.only, x: x, y: nil, curve: EdDSACurve(rawValue: name))
            }
        // A collection for this one key: in one of many, jwt-kit would choose by the token's word.
        let keys = JWTKeyCollection()
        do {
            try await keys.add(jwk: key)
            return try await keys.getKey(for: Self.only).verify(signature, signs: bytes)
        } catch {
            // Numbers that are no point of the curve, or no signature: it isn't right.
            return false
        }
    }

    private static let only = JWKIdentifier(string: "only")
}

import Crypto
public import Foundation

/// The hub's own key, with which it signs what it gives to browsers and wants back unchanged.
///
/// Changing it makes open forms stale and known browsers unknown; sessions and tokens, which the store knows, stay.
public struct HubKey: Sendable {
    private let key: SymmetricKey

    /// Takes a stored key, or nil when it has fewer than 32 bytes.
    ///
    /// - Parameter bytes: from a file that only the hub can read.
    public init?(bytes: Data) {
        guard bytes.count >= 32 else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Draws the bytes of a new key.
    ///
    /// - Parameter generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: 32 bytes.
    public static func newBytes(using generator: inout some RandomNumberGenerator) -> Data {
        Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Signs a list of texts for one purpose, as 64 hex digits (HMAC-SHA256).
    ///
    /// Every text is preceded by its length, so no two lists give the same bytes.
    func sign(_ texts: [String], purpose: String) -> String {
        var code = HMAC<SHA256>(key: key)
        for text in [purpose] + texts {
            let bytes = Data(text.utf8)
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { code.update(data: Data($0)) }
            code.update(data: bytes)
        }
        return Hex.encode(code.finalize())
    }

    /// Whether a signature is right, compared in constant time.
    func verify(_ signature: some StringProtocol, of texts: [String], purpose: String) -> Bool {
        ConstantTime.equal(String(signature), sign(texts, purpose: purpose))
    }
}

extension HubKey: Redacted {}

import Crypto
public import Foundation

/// The key with which the hub signs records that others can verify: Ed25519 (RFC 8032).
public struct RecordKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// The public half in Base64: 32 bytes.
    public var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    /// Takes a stored key, or nil when it isn't one.
    ///
    /// - Parameter bytes: from a file that only the hub can read.
    public init?(bytes: Data) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else { return nil }
        self.key = key
    }

    /// Draws the bytes of a new key.
    public static func newBytes() -> Data { Curve25519.Signing.PrivateKey().rawRepresentation }

    /// The signature of a text's bytes, in Base64.
    public func sign(_ text: String) throws -> String {
        try key.signature(for: Data(text.utf8)).base64EncodedString()
    }

    /// Whether a signature of a text's bytes was made with the key whose public half this is.
    public static func verify(_ signature: String, of text: String, by publicKey: String) -> Bool {
        guard let signature = Data(base64Encoded: signature), let bytes = Data(base64Encoded: publicKey),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return false }
        return key.isValidSignature(signature, for: Data(text.utf8))
    }
}

extension RecordKey: Redacted {}

import Crypto
import Foundation

/// What is stored of a ``Secret``: its SHA-256.
///
/// A secret of 128 random bits or more needs neither salt nor a slow function, so a presented one is found by one
/// look-up of its hash in an index: no scan over a prefix as in JupyterHub, and the time of the look-up tells nothing
/// about the secret. It never prints, since two equal hashes in a log would link two requests.
public struct SecretHash: Sendable, Hashable {
    /// 64 hex digits, for the store.
    public let hex: String

    /// Hashes a secret's text.
    init(of text: String) {
        hex = Hex.encode(SHA256.hash(data: Data(text.utf8)))
    }

    /// Takes a stored hash, or nil when it isn't 64 lower-case hex digits.
    ///
    /// - Parameter hex: from the store.
    public init?(hex: String) {
        guard hex.utf8.count == 64, Hex.isHex(hex) else { return nil }
        self.hex = hex
    }

    /// Whether this is the hash of a secret, compared in constant time.
    ///
    /// - Parameter secret: what was presented.
    /// - Returns: true for the right secret.
    public func matches(_ secret: Secret) -> Bool {
        ConstantTime.equal(hex, secret.hash.hex)
    }
}

extension SecretHash: Redacted {}

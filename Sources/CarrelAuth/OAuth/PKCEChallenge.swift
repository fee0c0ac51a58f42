import Crypto
import Foundation

/// What binds a code to the program that asked for it (RFC 7636).
public struct PKCEChallenge: Sendable, Equatable {
    /// How the challenge was made from the verifier.
    public enum Method: String, Sendable {
        /// BASE64URL(SHA256(verifier)), without padding.
        case sha256 = "S256"
        /// The verifier itself.
        case plain
    }

    /// How it was made.
    public let method: Method
    /// As it was sent.
    public let value: String

    /// Takes a challenge, or nil when it isn't 43 to 128 unreserved characters (RFC 7636 §4.2; exactly 43 for S256).
    ///
    /// - Parameters:
    ///   - method: how it was made.
    ///   - value: as it was sent.
    public init?(method: Method, value: String) {
        let lengths = method == .sha256 ? 43...43 : 43...128
        guard lengths.contains(value.utf8.count), value.utf8.allSatisfy(\.isUnreserved) else { return nil }
        self.method = method
        self.value = value
    }

    /// Whether a verifier is the one that the challenge was made from, compared in constant time.
    ///
    /// - Parameter verifier: from the token request.
    /// - Returns: true for the right verifier.
    public func isMet(by verifier: String) -> Bool {
        guard (43...128).contains(verifier.utf8.count), verifier.utf8.allSatisfy(\.isUnreserved) else { return false }
        switch method {
        case .plain: return ConstantTime.equal(verifier, value)
        case .sha256: return ConstantTime.equal(Self.transformed(verifier), value)
        }
    }

    static func transformed(_ verifier: String) -> String {
        Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

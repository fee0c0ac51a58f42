/// A random value that is a credential by itself: a token, a session, a code.
///
/// It is shown or sent once, when it is made; what is stored is its ``hash``. It never prints.
public struct Secret: Sendable {
    /// What a secret is for, which decides how it looks.
    public enum Kind: Sendable, CaseIterable {
        /// An API token, also one granted by OAuth or given to a server: 32 hex digits, 128 bits, as JupyterHub's.
        case token
        /// A browser session: 64 hex digits, 256 bits.
        case session
        /// An OAuth code: 32 hex digits, 128 bits, valid for minutes (RFC 6749 §10.10 asks for 128).
        case code
        /// A value that only tells browsers apart, such as the anonymous XSRF id: 32 hex digits, 128 bits.
        case mark

        var byteCount: Int {
            switch self {
            case .token, .code, .mark: 16
            case .session: 32
            }
        }
    }

    private let text: String

    /// The longest secret that is looked at; JupyterHub 6.1 refuses longer tokens too.
    public static let maximumLength = 64

    /// Draws a secret.
    ///
    /// - Parameters:
    ///   - kind: what it is for.
    ///   - generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: a new secret.
    public static func generate(_ kind: Kind, using generator: inout some RandomNumberGenerator) -> Secret {
        Secret(
            unchecked: Hex.encode((0..<kind.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        )
    }

    /// Takes a secret somebody presented, or nil when it can't be one of ours.
    ///
    /// - Parameter presented: from a header, cookie or form; 8 to 64 visible ASCII characters pass.
    public init?(presented: String) {
        guard (8...Self.maximumLength).contains(presented.utf8.count), presented.utf8.allSatisfy(\.isVisible)
        else { return nil }
        text = presented
    }

    /// Takes the token of an `Authorization` header, `token X` or `bearer X` in any case (reference 1.6).
    ///
    /// - Parameter header: the whole field value.
    public init?(authorization header: String) {
        guard header.utf8.count <= 8 + 2 * Self.maximumLength else { return nil }
        let words = header.split(separator: " ")
        guard words.count == 2, ["token", "bearer"].contains(words[0].lowercased()) else { return nil }
        self.init(presented: String(words[1]))
    }

    /// Takes a token that an operator chose, for a service in the configuration.
    ///
    /// JupyterHub takes 8 characters and hashes them slowly; we hash fast, so we ask for one that can't be guessed.
    ///
    /// - Parameter configured: 20 to 64 visible ASCII characters, at least 8 of them different.
    /// - Throws: ``AuthError/unfitToken``.
    public init(configured: String) throws(AuthError) {
        guard configured.utf8.count >= 20, Set(configured.utf8).count >= 8, let secret = Secret(presented: configured)
        else { throw .unfitToken }
        self = secret
    }

    private init(unchecked text: String) {
        self.text = text
    }

    /// The secret itself, for the one answer, cookie or environment that hands it over.
    public func reveal() -> String { text }

    /// What is stored and looked up.
    public var hash: SecretHash { SecretHash(of: text) }
}

extension Secret: Redacted {}

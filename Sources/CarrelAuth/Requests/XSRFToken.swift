/// The value by which a request shows that a page of the hub sent it, and not a page that somebody else made.
///
/// It is computed from the session and the hub's key, so it lives as long as the session, needs no place in the store,
/// and a cookie that was tossed in from a neighbour's path can't change what is expected. The `_xsrf` cookie only hands
/// it to scripts.
public enum XSRFToken {
    /// Whom a token is bound to.
    public enum Subject: Sendable, Equatable {
        /// A signed-in browser, by the stored id or hash of its session.
        case session(String)
        /// A browser before sign-in, by a random value (``Secret/Kind/mark``) that it carries in an `HttpOnly` cookie.
        ///
        /// With a `network` (``RequestAddress/networkKey``), a neighbour on the same domain who tosses a cookie of
        /// their own into this browser can't make it submit their sign-in form, unless they share its network.
        /// JupyterHub binds to address and `User-Agent` alone, which many browsers behind one address share.
        case anonymous(mark: String, network: String?)

        var parts: [String] {
            switch self {
            case .session(let id): ["session", id]
            case .anonymous(let mark, let network): ["anonymous", mark, network ?? ""]
            }
        }
    }

    private static let purpose = "xsrf"
    private static let plainLength = 64

    /// The token itself, 64 hex digits, for the cookie.
    ///
    /// - Parameters:
    ///   - subject: whom it is for.
    ///   - key: the hub's.
    /// - Returns: 64 hex digits.
    public static func plain(for subject: Subject, key: HubKey) -> String {
        key.sign(subject.parts, purpose: purpose)
    }

    /// The token hidden under a random mask, for a page.
    ///
    /// Different each time, so that its length under compression tells nothing (the BREACH attack).
    ///
    /// - Parameters:
    ///   - subject: whom it is for.
    ///   - key: the hub's.
    ///   - generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: 128 hex digits.
    public static func masked(
        for subject: Subject,
        key: HubKey,
        using generator: inout some RandomNumberGenerator,
    ) -> String {
        let token = nibbles(plain(for: subject, key: key)[...])
        let mask = token.map { _ in UInt8.random(in: 0...15, using: &generator) }
        return text(mask) + text(zip(mask, token).map { $0 ^ $1 })
    }

    /// Whether a request's token is right, plain or masked, in the same time whichever digit is wrong.
    ///
    /// - Parameters:
    ///   - presented: the argument or header field, nil when there was none.
    ///   - subject: whom the request is from.
    ///   - key: the hub's.
    /// - Returns: true for the right token.
    public static func verify(_ presented: String?, for subject: Subject, key: HubKey) -> Bool {
        guard let presented, Hex.isHex(presented) else { return false }
        let expected = plain(for: subject, key: key)
        switch presented.utf8.count {
        case plainLength:
            return ConstantTime.equal(presented, expected)
        case 2 * plainLength:
            let mask = nibbles(presented.prefix(plainLength))
            let hidden = nibbles(presented.suffix(plainLength))
            return ConstantTime.equal(text(zip(mask, hidden).map { $0 ^ $1 }), expected)
        default:
            return false
        }
    }

    private static func nibbles(_ hex: Substring) -> [UInt8] {
        hex.utf8.map { $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
    }

    private static func text(_ nibbles: [UInt8]) -> String {
        String(decoding: nibbles.map { $0 < 10 ? $0 + UInt8(ascii: "0") : $0 - 10 + UInt8(ascii: "a") }, as: UTF8.self)
    }
}

public import Foundation

/// A sign-in that a link with a token began: kept by the browser while the token leaves its address.
///
/// Signed, and bound to the browser that followed the link: nobody can plant another one.
public struct TokenLink: Codable, Sendable, Equatable {
    /// The name of the authenticator.
    public let authenticator: String
    /// The token, which the browser brought itself.
    public let token: String
    /// Where to go afterwards, as the hub has already checked it.
    public let next: String?
    /// Whether the link was on a page of the authenticator's own.
    public let isTrusted: Bool
    /// When it was followed.
    public let begun: Date

    /// How long somebody may think about it.
    public static let lifetime: Duration = .seconds(600)

    /// The name of its cookie.
    public static let cookieName = "carrel-token-link"

    /// The longest token that is taken, in bytes; those of openBIS have some 60.
    public static let longestToken = 1000
    private static let longestNext = 1200
    private static let sealPurpose = "sign-in link"

    /// Joins the parts.
    public init(authenticator: String, token: String, next: String?, isTrusted: Bool, begun: Date) {
        self.authenticator = authenticator
        self.token = token
        self.next = next.flatMap { $0.utf8.count <= Self.longestNext ? $0 : nil }
        self.isTrusted = isTrusted
        self.begun = begun
    }

    /// The cookie's value.
    ///
    /// - Parameters:
    ///   - browser: what tells this browser from others, which it must show again.
    ///   - key: the hub's.
    /// - Returns: the link and its signature.
    /// - Throws: nothing in practice; what the encoder says.
    public func sealed(for browser: String, key: HubKey) throws -> String {
        try key.seal(self, for: browser, purpose: Self.sealPurpose)
    }

    /// Reads a cookie's value; nil unless it is this browser's, unchanged and not too old.
    public init?(sealed: String, for browser: String, key: HubKey, now: Date) {
        guard let link: TokenLink = key.open(sealed, for: browser, purpose: Self.sealPurpose),
            (-60...Self.lifetime / .seconds(1)).contains(now.timeIntervalSince(link.begun))
        else { return nil }
        self = link
    }
}

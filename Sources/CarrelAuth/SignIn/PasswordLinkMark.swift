public import Foundation

/// What a browser keeps that has shown a good link for a new password, while its person chooses one.
///
/// Signed, bound to that browser, and good for a quarter of an hour. It holds no secret, and the link itself is looked at
/// again when it is used.
public struct PasswordLinkMark: Codable, Sendable, Equatable {
    /// The number of the link.
    public let link: Int64
    private let begun: Date

    /// How long a person has to choose a password.
    public static let lifetime: Duration = .seconds(900)
    private static let sealPurpose = "password link"

    /// Makes a mark.
    ///
    /// - Parameters:
    ///   - link: the number of the link.
    ///   - now: the clock.
    public init(link: Int64, now: Date) {
        self.link = link
        begun = now
    }

    /// The cookie's value.
    ///
    /// - Parameters:
    ///   - browser: what tells this browser from others, which it must show again.
    ///   - key: the hub's.
    /// - Returns: the mark and its signature.
    /// - Throws: nothing in practice; what the encoder says.
    public func sealed(for browser: String, key: HubKey) throws -> String {
        try key.seal(self, for: browser, purpose: Self.sealPurpose)
    }

    /// Reads a cookie's value; nil unless it is this browser's, unchanged and not too old.
    public init?(sealed: String, for browser: String, key: HubKey, now: Date) {
        guard let mark: PasswordLinkMark = key.open(sealed, for: browser, purpose: Self.sealPurpose),
            (-60...Self.lifetime / .seconds(1)).contains(now.timeIntervalSince(mark.begun))
        else { return nil }
        self = mark
    }
}

public import Foundation

/// That a browser has shown the right password of an account, and has yet to show a code: kept by the browser itself, so that
/// it outlives the hub.
///
/// Signed, bound to that browser, and good for five minutes. It is no session: all it opens is the page that asks for the code.
public struct PasswordMark: Codable, Sendable, Equatable {
    /// The number of the account.
    public let user: Int64
    /// A hash of what was stored of the password, so that a new password makes the mark worthless.
    private let password: String
    /// When the password was right.
    private let begun: Date

    /// How long a person has to find their code.
    public static let lifetime: Duration = .seconds(300)
    private static let sealPurpose = "password mark"

    /// Makes a mark.
    ///
    /// - Parameters:
    ///   - user: the number of the account.
    ///   - passwordHash: what is stored of its password.
    ///   - now: the clock.
    public init(user: Int64, passwordHash: String, now: Date) {
        self.user = user
        password = SecretHash(of: passwordHash).hex
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
        guard let mark: PasswordMark = key.open(sealed, for: browser, purpose: Self.sealPurpose),
            (-60...Self.lifetime / .seconds(1)).contains(now.timeIntervalSince(mark.begun))
        else { return nil }
        self = mark
    }

    /// Whether the account still has the password that was shown.
    public func fits(passwordHash: String?) -> Bool {
        guard let passwordHash else { return false }
        return ConstantTime.equal(password, SecretHash(of: passwordHash).hex)
    }
}

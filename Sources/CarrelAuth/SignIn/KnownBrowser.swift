public import Foundation

/// The mark by which a browser that signed in to an account before is known again (OWASP: device cookie).
///
/// It lets nobody in; it only spares its owner from the waiting that strangers cause (``SignInThrottle``). Kept in an
/// `HttpOnly` cookie for a year, as `ID.TIME.SIGNATURE`; set anew at every sign-in.
public enum KnownBrowser {
    private static let purpose = "known browser"

    /// How long a browser is known after a sign-in.
    public static let lifetime: Duration = .seconds(365 * 86_400)

    /// Makes the cookie's value after a sign-in.
    ///
    /// - Parameters:
    ///   - account: who signed in.
    ///   - now: the clock.
    ///   - key: the hub's.
    ///   - generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: `ID.TIME.SIGNATURE`; the time in whole seconds since 1970.
    public static func mark(
        for account: String,
        at now: Date,
        key: HubKey,
        using generator: inout some RandomNumberGenerator,
    ) -> String {
        let id = Secret.generate(.mark, using: &generator).reveal()
        let time = String(Int64(now.timeIntervalSince1970.rounded(.down)))
        return "\(id).\(time).\(key.sign([account, id, time], purpose: purpose))"
    }

    /// The id of a browser that signed in to this account before, or nil.
    ///
    /// - Parameters:
    ///   - cookies: all of the name that came, as somebody may have planted one beside the hub's.
    ///   - account: who wants to sign in now.
    ///   - since: a mark from before doesn't count: nobody who collected marks with a password alone is known where a code is
    ///     asked for as well.
    ///   - now: the clock.
    ///   - key: the hub's.
    /// - Returns: what the browser is counted by in ``ThrottleKey/keys(account:address:browser:)``.
    public static func id(
        in cookies: [String],
        for account: String,
        since: Date? = nil,
        at now: Date,
        key: HubKey,
    ) -> String? {
        let oldest = max(now.addingTimeInterval(-lifetime.seconds), since ?? .distantPast)
        // Nobody has many; who sends hundreds doesn't keep the hub busy.
        for cookie in cookies.prefix(5) where cookie.utf8.count <= 32 + 1 + 20 + 1 + 64 {
            let parts = cookie.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, parts[0].utf8.count == 32, Hex.isHex(parts[0]),
                key.verify(Substring(parts[2]), of: [account, parts[0], parts[1]], purpose: purpose),
                let time = Int64(parts[1])
            else { continue }
            let made = Date(timeIntervalSince1970: Double(time))
            if made >= oldest, made <= now.addingTimeInterval(60) { return parts[0] }
        }
        return nil
    }
}

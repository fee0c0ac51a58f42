/// The mark by which a browser that signed in to an account before is known again (OWASP: device cookie).
///
/// It lets nobody in; it only spares its owner from the waiting that strangers cause (``SignInThrottle``). Kept in an
/// `HttpOnly` cookie for a year, as `ID.SIGNATURE`; set anew at every sign-in.
public enum KnownBrowser {
    private static let purpose = "known browser"

    /// Makes the cookie's value after a sign-in.
    ///
    /// - Parameters:
    ///   - account: who signed in.
    ///   - key: the hub's.
    ///   - generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    /// - Returns: `ID.SIGNATURE`.
    public static func mark(
        for account: String,
        key: HubKey,
        using generator: inout some RandomNumberGenerator,
    ) -> String {
        let id = Secret.generate(.mark, using: &generator).reveal()
        return "\(id).\(key.sign([account, id], purpose: purpose))"
    }

    /// The id of a browser that signed in to this account before, or nil.
    ///
    /// - Parameters:
    ///   - cookie: as it came.
    ///   - account: who wants to sign in now.
    ///   - key: the hub's.
    /// - Returns: what the browser is counted by in ``ThrottleKey/keys(account:address:browser:)``.
    public static func id(in cookie: String?, for account: String, key: HubKey) -> String? {
        guard let cookie, cookie.utf8.count == 32 + 1 + 64 else { return nil }
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 32, Hex.isHex(parts[0]) else { return nil }
        let id = String(parts[0])
        return key.verify(parts[1], of: [account, id], purpose: purpose) ? id : nil
    }
}

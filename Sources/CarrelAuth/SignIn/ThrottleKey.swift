import Crypto
import Foundation

/// What failed sign-ins are counted for.
public struct ThrottleKey: Sendable, Hashable {
    enum Kind: String {
        case pair, network, account, browser, code, secondFactor, directory
    }

    let kind: Kind

    /// The text to store: the kind, and a hash of the rest.
    ///
    /// Hashed because people type their password into the field for the name, and because names may be huge.
    public let text: String

    /// What an attempt is counted for.
    ///
    /// - Parameters:
    ///   - account: the name as the authenticator normalised it, whether or not there is such an account.
    ///   - address: the browser's; nil when unknown, which counts as one network.
    ///   - browser: the id of a ``KnownBrowser`` mark that was verified for this account.
    /// - Returns: one key for a known browser, otherwise three.
    public static func keys(account: String, address: RequestAddress?, browser: String? = nil) -> [ThrottleKey] {
        if let browser { return [ThrottleKey(.browser, [account, browser])] }
        let network = address?.networkKey ?? "unknown"
        return [
            ThrottleKey(.pair, [account, network]),
            ThrottleKey(.network, [network]),
            ThrottleKey(.account, [account]),
        ]
    }

    /// What a try of somebody who is signed in is counted for: their session alone.
    ///
    /// So no stranger who guesses elsewhere makes them wait. Who stole a session gets as many guesses as anybody.
    ///
    /// - Parameters:
    ///   - account: whose password they are asked for.
    ///   - session: the session's number.
    /// - Returns: one key.
    public static func keys(account: String, session: Int64) -> [ThrottleKey] {
        keys(account: account, address: nil, browser: Self.browser(ofSession: session))
    }

    /// The same for a code of an authenticator app.
    ///
    /// - Parameters:
    ///   - account: whose code they are asked for.
    ///   - session: the session's number.
    /// - Returns: one key.
    public static func keys(secondFactorOf account: String, session: Int64) -> [ThrottleKey] {
        keys(secondFactorOf: account, browser: Self.browser(ofSession: session))
    }

    private static func browser(ofSession session: Int64) -> String { "session \(session)" }

    /// What a try of an instance's access code is counted for: its address, as everybody has the same code, and the
    /// instance, so that many addresses together can't guess it either.
    ///
    /// - Parameters:
    ///   - instance: the instance's name.
    ///   - address: the browser's; nil when unknown, which counts as one network.
    /// - Returns: three keys.
    public static func keys(codeOf instance: String, address: RequestAddress?) -> [ThrottleKey] {
        let network = address?.networkKey ?? "unknown"
        return [
            ThrottleKey(.pair, ["code", instance, network]), ThrottleKey(.network, ["code", network]),
            ThrottleKey(.code, [instance]),
        ]
    }

    /// What a try of an invitation is counted for: its network alone, and apart from sign-in.
    ///
    /// Secrets can't be guessed, so this only keeps the hub from being kept busy; a classroom behind one address must get in
    /// whatever one of it sends.
    ///
    /// - Parameter address: the browser's; nil when unknown, which counts as one network.
    /// - Returns: one key.
    public static func keys(invitationFrom address: RequestAddress?) -> [ThrottleKey] {
        [ThrottleKey(.network, ["invitation", address?.networkKey ?? "unknown"])]
    }

    /// What has the hub ask a provider because a stranger brought something is counted for: its network alone.
    ///
    /// Nothing can be guessed there either; it keeps the hub from being sent to knock at the provider's door.
    ///
    /// - Parameters:
    ///   - authenticator: the provider's name in the configuration.
    ///   - thing: what was brought: an answer of the provider, or a token; each is counted apart.
    ///   - address: the stranger's; nil when unknown, which counts as one network.
    /// - Returns: one key.
    public static func keys(
        askingOf authenticator: String,
        about thing: ProviderQuestion,
        from address: RequestAddress?,
    ) -> [ThrottleKey] {
        [ThrottleKey(.network, ["ask", thing.rawValue, authenticator, address?.networkKey ?? "unknown"])]
    }

    /// What a try of a link for a new password is counted for: its network alone, and apart from all else; such a secret
    /// can't be guessed either.
    ///
    /// - Parameter address: the browser's; nil when unknown, which counts as one network.
    /// - Returns: one key.
    public static func keys(passwordLinkFrom address: RequestAddress?) -> [ThrottleKey] {
        [ThrottleKey(.network, ["password link", address?.networkKey ?? "unknown"])]
    }

    /// What a try of a name for a new account is counted for: its network alone.
    ///
    /// As strictly as wrong passwords of one account, since the answer tells whether somebody has the name.
    ///
    /// - Parameter address: the browser's; nil when unknown, which counts as one network.
    /// - Returns: one key.
    public static func keys(signUpFrom address: RequestAddress?) -> [ThrottleKey] {
        [ThrottleKey(.pair, ["sign-up", address?.networkKey ?? "unknown"])]
    }

    /// What a try of an authenticator app's code is counted for: the account, over all networks.
    ///
    /// Who gets here knows the password. A known browser is counted by itself, so that such a person can't keep the owner
    /// out of it; only a whole sign-in, with the code, may make a browser known. Recovery codes can't be guessed and aren't
    /// counted.
    ///
    /// - Parameters:
    ///   - account: whose password was right.
    ///   - browser: the id of a ``KnownBrowser`` mark that was verified for this account.
    /// - Returns: one key.
    public static func keys(secondFactorOf account: String, browser: String? = nil) -> [ThrottleKey] {
        [ThrottleKey(.secondFactor, [account] + (browser.map { [$0] } ?? []))]
    }

    /// What a stranger has the hub ask a provider about.
    public enum ProviderQuestion: String, Sendable {
        case answer, token
    }

    /// What a try of a password that a directory looks at is counted for: besides the usual, the account over all networks by
    /// ``SignInThrottle/directory``, so that few wrong ones reach the directory, which may lock the account.
    ///
    /// - Parameters:
    ///   - account: the directory and the name, in the form in which the directory compares names.
    ///   - address: the browser's; nil when unknown, which counts as one network.
    ///   - browser: the id of a ``KnownBrowser`` mark that was verified for this account.
    /// - Returns: one key for a known browser, otherwise four.
    public static func keys(
        directoryAccount account: String,
        address: RequestAddress?,
        browser: String? = nil,
    ) -> [ThrottleKey] {
        let keys = keys(account: account, address: address, browser: browser)
        return browser == nil ? keys + [ThrottleKey(.directory, [account])] : keys
    }

    private init(_ kind: Kind, _ parts: [String]) {
        self.kind = kind
        let digest = SHA256.hash(data: Data(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8))
        text = "\(kind.rawValue):\(Hex.encode(digest.prefix(16)))"
    }
}

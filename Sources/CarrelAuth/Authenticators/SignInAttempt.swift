public import Foundation

/// What the hub must know again when a provider sends a browser back: kept by the browser itself, so that it outlives the hub.
///
/// Signed, and bound to the browser that began: with another's attempt nobody can be signed in to another's account.
public struct SignInAttempt: Codable, Sendable, Equatable {
    /// What it is for.
    public enum Purpose: Codable, Sendable, Equatable {
        /// To sign in.
        case signIn
        /// To add the identity to the account of this number, whose owner is signed in.
        case link(user: Int64)
    }

    /// The name of the authenticator.
    public let authenticator: String
    /// The `state` that was sent along (RFC 6749 §10.12).
    public let state: String
    /// The `nonce` that the ID token must hold (OpenID Connect Core 1.0 §3.1.2.1).
    public let nonce: String
    /// The secret of PKCE (RFC 7636).
    public let verifier: String
    /// Where to go afterwards, as the hub has already checked it.
    public let next: String?
    /// What it is for.
    public let purpose: Purpose
    /// The context of D4Science from whose page the browser came; nil for none.
    public var context: String?
    /// When it began.
    public let begun: Date

    /// How long a sign-in may take: people look for their second factor.
    public static let lifetime: Duration = .seconds(900)

    private static let sealPurpose = "sign-in attempt"
    private static let longestNext = 1500

    /// Joins the parts.
    public init(
        authenticator: String,
        state: String,
        nonce: String,
        verifier: String,
        next: String?,
        purpose: Purpose,
        begun: Date,
    ) {
        self.authenticator = authenticator
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.next = next.flatMap { $0.utf8.count <= Self.longestNext ? $0 : nil }
        self.purpose = purpose
        self.begun = begun
    }

    /// The name of the cookie for a `state`, so that two tabs don't disturb each other; nil for what can't be a state.
    public static func cookieName(for state: String) -> String? {
        guard (16...200).contains(state.utf8.count) else { return nil }
        return "carrel-sign-in-" + SecretHash(of: state).hex.prefix(16)
    }

    /// The cookie's value.
    ///
    /// - Parameters:
    ///   - browser: what tells this browser from others, which it must show again.
    ///   - key: the hub's.
    /// - Returns: the attempt and its signature.
    /// - Throws: nothing in practice; what the encoder says.
    public func sealed(for browser: String, key: HubKey) throws -> String {
        try key.seal(self, for: browser, purpose: Self.sealPurpose)
    }

    /// Reads a cookie's value; nil unless it is this browser's, unchanged, not too old, and of this state.
    public init?(sealed: String, state: String, for browser: String, key: HubKey, now: Date) {
        guard let attempt: SignInAttempt = key.open(sealed, for: browser, purpose: Self.sealPurpose),
            ConstantTime.equal(attempt.state, state),
            (-60...Self.lifetime / .seconds(1)).contains(now.timeIntervalSince(attempt.begun))
        else { return nil }
        self = attempt
    }
}

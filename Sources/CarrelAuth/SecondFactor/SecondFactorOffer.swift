public import Foundation

/// A secret that an account may get, while its owner puts it into their app: kept by the page that shows it.
///
/// Signed and bound to the session that showed its password, so that nobody can give an account a secret of their own choice,
/// and one that is never confirmed leaves nothing behind. It holds the secret, so it goes into that page and nowhere else.
public struct SecondFactorOffer: Codable, Sendable {
    private let text: String
    private let begun: Date

    /// How long a person has to set up their app.
    public static let lifetime: Duration = .seconds(900)
    private static let sealPurpose = "second factor offer"

    /// Draws a secret.
    ///
    /// - Parameters:
    ///   - now: the clock.
    ///   - generator: cryptographically random, such as `SystemRandomNumberGenerator`.
    public init(now: Date, using generator: inout some RandomNumberGenerator) {
        text = TOTPSecret.generate(using: &generator).reveal()
        begun = now
    }

    /// What is offered.
    ///
    /// - Throws: ``AuthError/malformedTOTPSecret``.
    public var secret: TOTPSecret {
        get throws(AuthError) { try TOTPSecret(text: text) }
    }

    /// The text for a hidden field of the page.
    ///
    /// - Parameters:
    ///   - session: what tells the session from others.
    ///   - key: the hub's.
    /// - Returns: the offer and its signature.
    /// - Throws: nothing in practice; what the encoder says.
    public func sealed(for session: String, key: HubKey) throws -> String {
        try key.seal(self, for: session, purpose: Self.sealPurpose)
    }

    /// Reads the field; nil unless it was made for this session, is unchanged and not too old.
    public init?(sealed: String, for session: String, key: HubKey, now: Date) {
        guard let offer: SecondFactorOffer = key.open(sealed, for: session, purpose: Self.sealPurpose),
            (-60...Self.lifetime / .seconds(1)).contains(now.timeIntervalSince(offer.begun))
        else { return nil }
        self = offer
    }
}

extension SecondFactorOffer: Redacted {}

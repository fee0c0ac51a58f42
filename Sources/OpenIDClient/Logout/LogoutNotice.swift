public import Foundation

/// A provider's word that somebody's session there has ended (Back-Channel Logout 1.0 §2.4), checked.
///
/// A notice counts once: keep ``identifier`` until ``expires`` and pass over one that comes again.
public struct LogoutNotice: Sendable, Equatable {
    /// `sub`: whose sessions end; nil when ``sessionID`` names a single one.
    public let subject: String?
    /// `sid`: which session ends, as the ID token's claim `sid` names it; nil for all of them.
    public let sessionID: String?
    /// `jti`: the notice's own name.
    public let identifier: String
    /// From when on the notice would be refused anyway.
    public let expires: Date
}

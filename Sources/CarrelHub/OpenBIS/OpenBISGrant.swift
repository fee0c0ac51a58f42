import Foundation
import OpenBISClient

/// The token that somebody has at openBIS, as it is kept in the vault.
struct OpenBISGrant: Codable, Equatable {
    /// Where it comes from.
    enum Origin: String, Codable {
        /// The hub signed in with a name and a password, so that the session is its own.
        case password
        /// Its owner brought it: a personal access token, or that of a session which began elsewhere.
        case brought
    }

    /// The token, as it is sent.
    let token: String
    /// The id of its owner, as openBIS says it.
    let user: String
    let origin: Origin
    /// Whether openBIS said that it is worth nothing any more.
    var isOver = false

    init(_ token: OpenBISToken, of user: String, origin: Origin) {
        self.token = token.text
        self.user = user
        self.origin = origin
    }

    /// Reads what was stored; nil when it isn't one.
    init?(stored: Data) {
        guard let grant = try? JSONDecoder().decode(OpenBISGrant.self, from: stored) else { return nil }
        self = grant
    }

    /// Whether something that was typed is a token rather than a password, by its shape (reference `openbis.md` 4.4).
    static func looksLikeToken(_ text: String) -> Bool {
        guard let token = try? OpenBISToken(text) else { return false }
        return token.isPersonalAccessToken || text.wholeMatch(of: #/.+-[0-9]{15}x[0-9A-Fa-f]{32}/#) != nil
    }

    /// As it is stored.
    var stored: Data? { try? JSONEncoder().encode(self) }

    /// The token while it is worth something; nil afterwards.
    var usable: OpenBISToken? { isOver ? nil : try? OpenBISToken(token) }
}

extension OpenBISGrant: CustomStringConvertible, CustomReflectable {
    /// Nothing of the token, so that no log has it.
    var description: String { "OpenBISGrant(hidden)" }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}

import Foundation

/// What is kept of somebody to look them up in a directory again; nothing of it is secret.
struct LDAPGrant: Codable, Equatable {
    /// Their name, as the directory spelt it.
    let name: String
    /// Whether they weren't found the last time.
    var wasMissed = false

    init(name: String) {
        self.name = name
    }

    /// Reads what was stored; nil when it isn't one.
    init?(stored: Data) {
        guard let grant = try? JSONDecoder().decode(LDAPGrant.self, from: stored) else { return nil }
        self = grant
    }

    /// As it is stored.
    var stored: Data? { try? JSONEncoder().encode(self) }
}

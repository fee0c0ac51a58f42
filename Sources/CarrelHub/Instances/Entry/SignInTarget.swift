import CarrelModel
import Foundation

/// What somebody wants to get to who is asked to sign in, as far as it says which ways they may take.
///
/// Pure: read from the address alone.
enum SignInTarget: Equatable {
    /// An instance, by its name.
    case instance(InstanceName)
    /// A server of somebody.
    case server(ServerName)
    /// A server that lets its user in, by the name it has in OAuth.
    case client(String)

    /// Reads an address of the hub or of a server, with its query; nil when it leads to nothing of these.
    init?(_ path: String) {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let words = (parts.first ?? "").split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
        let query = parts.count > 1 ? FormText.pairs(String(parts[1])) : []
        switch words.first {
        case "user" where words.count > 1: self = .server(Self.server(words.dropFirst(2).first))
        case "hub" where words.count > 2: self.init(hub: Array(words.dropFirst()), query)
        default: return nil
        }
    }

    private init?(hub words: [String], _ query: [(name: String, value: String)]) {
        switch words[0] {
        case "enter", "catalogue", "user-redirect":
            guard let name = try? InstanceName(words[1]) else { return nil }
            self = .instance(name)
        case "spawn", "spawn-pending": self = .server(Self.server(words.dropFirst(2).first))
        case "api" where words == ["api", "oauth2", "authorize"]:
            guard let client = query.first(where: { $0.name == "client_id" })?.value else { return nil }
            self = .client(client)
        default: return nil
        }
    }

    /// A word that can't be a server's name is the first of a path in the default server.
    private static func server(_ word: String?) -> ServerName {
        word.flatMap { try? ServerName($0) } ?? .default
    }
}

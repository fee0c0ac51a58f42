import CarrelModel
import CarrelStore
import Foundation

/// A time as JupyterHub's REST API writes it: ISO 8601 in UTC with microseconds and `Z` (reference 2.1).
enum APITime {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    static func text(_ date: Date) -> String {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        let micros = Int((date.timeIntervalSince1970 - seconds) * 1_000_000)
        let whole = Date(timeIntervalSince1970: seconds).formatted(.iso8601)
        return "\(whole.dropLast()).\(String(format: "%06d", micros))Z"
    }

    /// Reads a time with or without a fraction of seconds of any length; nil when it isn't one.
    static func date(_ text: String) -> Date? {
        guard let dot = text.firstIndex(of: ".") else { return try? Date(text, strategy: .iso8601) }
        let digits = text[text.index(after: dot)...].prefix { $0.isASCII && $0.isNumber }
        let rest = text[dot...].dropFirst(digits.count + 1)
        guard !digits.isEmpty, digits.count <= 9, let fraction = Double("0.\(digits)"),
            let whole = try? Date(String(text[..<dot] + rest), strategy: .iso8601)
        else { return nil }
        return whole.addingTimeInterval(fraction)
    }
}

/// A server in the REST API (reference 2.3).
struct ServerModel: Encodable, Equatable {
    let name: String
    let displayName: String
    let fullName: String
    let lastActivity: String?
    let started: String?
    let pending: String?
    let ready: Bool
    let stopped: Bool
    let url: String
    let userOptions: [String: String]
    let progressURL: String

    enum CodingKeys: String, CodingKey {
        case name, started, pending, ready, stopped, url
        case displayName = "display_name"
        case fullName = "full_name"
        case lastActivity = "last_activity"
        case userOptions = "user_options"
        case progressURL = "progress_url"
    }

    init(_ server: ServerRecord, owner: UserName) {
        let key = ServerKey(user: owner, server: server.name)
        name = server.name.text
        displayName = server.name.text
        fullName = key.fullName
        lastActivity = server.lastActivityAt.map(APITime.text)
        started = server.startedAt.map(APITime.text)
        pending = server.pending
        ready = server.observed == .ready
        stopped = server.observed == .stopped && server.wanted == .stopped
        url = key.prefix
        userOptions = server.options?.named ?? [:]
        progressURL = APIPath.progress(of: key)
    }
}

extension ServerModel {
    /// Writes every key, also those without a value: clients look them up without asking whether they are there.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(displayName, forKey: .displayName)
        try container.encode(fullName, forKey: .fullName)
        try container.encode(lastActivity, forKey: .lastActivity)
        try container.encode(started, forKey: .started)
        try container.encode(pending, forKey: .pending)
        try container.encode(ready, forKey: .ready)
        try container.encode(stopped, forKey: .stopped)
        try container.encode(url, forKey: .url)
        try container.encode(userOptions, forKey: .userOptions)
        try container.encode(progressURL, forKey: .progressURL)
    }
}

extension ServerRecord {
    /// What the server is in the middle of: `spawn`, `stop`, or nothing.
    var pending: String? {
        switch (wanted, observed) {
        case (.running, .ready), (.stopped, .stopped): nil
        case (.running, _): "spawn"
        case (.stopped, _): "stop"
        }
    }
}

/// A user in the REST API (reference 2.3).
struct UserModel: Encodable {
    let kind = "user"
    let name: String
    let admin: Bool
    let roles: [String]
    /// Nil when the caller may not know, and then left out.
    let groups: [String]?
    let server: String?
    let pending: String?
    let created: String
    let lastActivity: String?
    let servers: [String: ServerModel]
    /// Present in the answer to `GET /user` only.
    var identity: Identity?

    /// What a caller is told about itself.
    struct Identity {
        let tokenID: String?
        let sessionID: String?
        let scopes: [String]
    }

    enum CodingKeys: String, CodingKey {
        case kind, name, admin, roles, groups, server, pending, created, servers, scopes
        case lastActivity = "last_activity"
        case tokenID = "token_id"
        case sessionID = "session_id"
    }

    /// Shows a user with the servers that aren't stopped.
    init(_ user: UserRecord, servers all: [ServerRecord], groups: [GroupRecord]?) {
        let shown = all.filter { $0.observed != .stopped || $0.wanted == .running }
        let first = shown.first { $0.name.isDefault }
        name = user.name.text
        admin = user.isAdmin
        roles = user.isAdmin ? ["admin", "user"] : ["user"]
        self.groups = groups?.map(\.name.text)
        server = first?.observed == .ready ? ServerKey(user: user.name).prefix : nil
        pending = first?.pending
        created = APITime.text(user.createdAt)
        lastActivity = user.lastActivityAt.map(APITime.text)
        servers = Dictionary(
            shown.map { ($0.name.text, ServerModel($0, owner: user.name)) },
            uniquingKeysWith: { first, _ in first },
        )
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
        try container.encode(admin, forKey: .admin)
        try container.encode(roles, forKey: .roles)
        try container.encodeIfPresent(groups, forKey: .groups)
        try container.encode(server, forKey: .server)
        try container.encode(pending, forKey: .pending)
        try container.encode(created, forKey: .created)
        try container.encode(lastActivity, forKey: .lastActivity)
        try container.encode(servers, forKey: .servers)
        guard let identity else { return }
        try container.encode(identity.tokenID, forKey: .tokenID)
        try container.encode(identity.sessionID, forKey: .sessionID)
        try container.encode(identity.scopes, forKey: .scopes)
    }
}

/// Where things are in the REST API.
enum APIPath {
    static let prefix = "/hub/api"

    static func server(_ key: ServerKey) -> String {
        let user = "\(prefix)/users/\(key.user.pathSegment)"
        return key.server.isDefault ? "\(user)/server" : "\(user)/servers/\(key.server.text)"
    }

    static func usage(of user: UserName) -> String { "\(prefix)/carrel/users/\(user.pathSegment)/usage" }

    static func progress(of key: ServerKey) -> String { server(key) + "/progress" }
}

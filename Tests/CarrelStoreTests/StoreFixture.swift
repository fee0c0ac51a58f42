import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

/// The present of these tests; whole seconds, so that it goes through the database unchanged.
let noon = Date(timeIntervalSince1970: 1_800_000_000)

extension UserName {
    /// A name that is known to be legal.
    static func named(_ text: String) throws -> UserName { try UserName(normalizing: text) }
}

extension Store {
    /// Adds a user who may sign in.
    @discardableResult
    func addUser(_ name: String, isAdmin: Bool = false) async throws -> UserRecord {
        try await users.add(
            UserRecord(
                name: .named(name),
                passwordHash: "hash of \(name)",
                mustChangePassword: false,
                isAdmin: isAdmin,
                createdAt: noon,
            )
        )
    }

    /// Adds a user and asks for their default server.
    func addServer(of name: String, at time: Date = noon) async throws -> (user: UserRecord, server: ServerRecord) {
        let user = try await addUser(name)
        return (user, try await servers.request(.default, ofUser: user.id ?? 0, at: time))
    }

    /// Begins a session of a user.
    @discardableResult
    func addSession(_ secret: String, of user: UserRecord, lasting seconds: TimeInterval = 3600) async throws
        -> SessionRecord
    {
        let begun = try await sessions.begin(
            SessionRecord(
                userId: user.id ?? 0,
                secretHash: secret,
                address: "192.0.2.1",
                userAgent: "Test/1",
                createdAt: noon,
                expiresAt: noon.addingTimeInterval(seconds),
            ),
            on: .newAccount,
        )
        return try #require(begun)
    }

    /// Gives a server its credentials, as at its start.
    func beginStart(_ server: ServerRecord, secret: String, client: String = "client", at time: Date = noon)
        async throws
    {
        var token = TokenRecord(userId: server.userId, secretHash: secret, scopes: [], note: "server", createdAt: time)
        token.serverId = server.id
        try await servers.beginStart(
            server.id ?? 0,
            token: token,
            client: OAuthClientRecord(
                identifier: client,
                serverId: server.id ?? 0,
                secretHash: secret,
                redirectURI: "/callback",
                allowedScopes: [],
            ),
            at: time,
        )
    }

    /// Adds a code of a client for a session.
    func addCode(_ secret: String, client: String = "client", session: SessionRecord) async throws {
        try await oauth.add(
            OAuthCodeRecord(
                secretHash: secret,
                clientIdentifier: client,
                userId: session.userId,
                sessionId: session.id ?? 0,
                redirectURI: "/callback",
                scopes: [],
                challenge: nil,
                challengeMethod: nil,
                expiresAt: noon.addingTimeInterval(300),
            )
        )
    }

    /// A token such as an exchange of a code makes; not stored yet.
    func grantedToken(_ secret: String, code: String, client: String = "client", session: SessionRecord) -> TokenRecord
    {
        var token = TokenRecord(
            userId: session.userId,
            secretHash: secret,
            scopes: [],
            note: "sign-in",
            createdAt: noon
        )
        token.clientIdentifier = client
        token.sessionId = session.id
        token.codeHash = code
        return token
    }
}

/// A store in a file of its own, removed afterwards; for what a store in memory can't show.
func withStoreFile(_ body: (_ path: String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "carrel-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder + "/carrel.db")
}

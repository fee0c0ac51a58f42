import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation

@testable import CarrelHub

/// What a hub that was killed leaves behind: a row, and perhaps a process.
enum Leftover {
    /// Makes a user with a server in some state, and its process unless there was none.
    static func make(
        _ key: ServerKey,
        wanted: ServerRecord.Wanted = .running,
        _ observed: ServerRecord.Observed,
        hasProcess: Bool = true,
        in store: Store,
        _ spawner: FakeSpawner,
    ) async throws {
        let user = try await store.addUser(key.user.text)
        let server = try await store.servers.request(key.server, ofUser: user.id ?? 0, at: noon)
        var token = TokenRecord(
            userId: user.id ?? 0,
            secretHash: "token of \(key.fullName)",
            scopes: [],
            note: "Server at \(key.prefix)",
            createdAt: noon,
        )
        token.serverId = server.id
        let client = OAuthClientRecord(
            identifier: key.oauthClientID,
            serverId: server.id ?? 0,
            secretHash: token.secretHash,
            redirectURI: key.prefix + "oauth_callback",
            allowedScopes: [],
        )
        try await store.servers.beginStart(server.id ?? 0, token: token, client: client, at: noon)
        try await store.servers.change(server.id ?? 0) { ($0.wanted, $0.observed) = (wanted, observed) }
        guard hasProcess else { return }
        await spawner.adoptable(
            StartOrder(
                id: key.directoryName,
                unixName: key.user.unixName,
                account: nil,
                home: "/nowhere",
                environment: nil,
                command: [],
                variables: [:],
                hubDirectory: "/nowhere",
                servicePrefix: key.prefix,
            )
        )
    }
}

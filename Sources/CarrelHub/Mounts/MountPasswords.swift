import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// The passwords with which people's mounts ask the data gateway.
struct MountPasswords: Sendable {
    let store: FilePasswordStore
    let key: HubKey
    let now: @Sendable () -> Date

    /// The password of a mount: always the same, so that a new hub changes nothing.
    ///
    /// - Throws: ``HubError/notFound`` for a mount that can't have one, or what the database says.
    func password(of mount: String, for user: Int64) async throws -> String {
        guard let secret = key.token(standingFor: "mount \(user) \(mount)") else { throw HubError.notFound }
        if try await store.live(secretHash: secret.hash.hex, now: now()) == nil {
            try await store.put(
                FilePasswordRecord(
                    userId: user,
                    secretHash: secret.hash.hex,
                    note: "",
                    isWritable: true,
                    mount: mount,
                    createdAt: now(),
                )
            )
        }
        return secret.reveal()
    }

    /// A new password for a server that asks the gateway itself; the one of its start before is worth nothing any more.
    ///
    /// - Throws: what the database says.
    func newPassword(for owned: OwnedServer) async throws -> String {
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        try await store.put(
            FilePasswordRecord(
                userId: owned.server.userId,
                secretHash: secret.hash.hex,
                note: "",
                isWritable: true,
                mount: FilePasswordRecord.serverMount("\(Self.name(for: owned))/\(owned.key.server.text)"),
                createdAt: now(),
            )
        )
        return secret.reveal()
    }

    /// What the mounts of a server are called: an instance that offers its own choice of data sources has mounts of its own.
    static func name(for owned: OwnedServer) -> String {
        let name = owned.owner.name.unixName
        return owned.instance.settings.dataSources == nil ? name : "\(name)@\(owned.instance.name.text)"
    }
}

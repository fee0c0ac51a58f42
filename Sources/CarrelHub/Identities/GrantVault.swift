import CarrelData
import CarrelStore
import Foundation

/// What providers gave the hub for people, in the vault.
struct GrantVault: Sendable {
    let store: CredentialStore
    let vault: Vault
    let now: @Sendable () -> Date

    /// What there is for an identity; nil when there is nothing, or it can't be read any more.
    func grant(of identity: IdentityRecord) async throws -> Data? {
        guard let record = try await store.find(ofUser: identity.userId, for: identity.grantSource) else { return nil }
        return try? vault.open(record.sealed, of: record.userId, for: record.source)
    }

    /// Keeps what came for an identity, in the place of what there was; nil forgets that.
    ///
    /// - Throws: `VaultError`, or what the database says.
    func keep(_ grant: Data?, of identity: IdentityRecord) async throws {
        guard let grant else {
            try await store.remove(ofUser: identity.userId, for: identity.grantSource)
            return
        }
        try await store.put(
            CredentialRecord(
                userId: identity.userId,
                source: identity.grantSource,
                label: identity.label,
                sealed: try vault.seal(grant, of: identity.userId, for: identity.grantSource),
                createdAt: now(),
            )
        )
    }
}

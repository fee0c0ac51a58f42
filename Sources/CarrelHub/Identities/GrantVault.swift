import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import Logging

/// What providers gave the hub for people, in the vault.
struct GrantVault: Sendable {
    let store: CredentialStore
    let vault: Vault
    let now: @Sendable () -> Date
    let logger: Logger
    /// Is told that there is something else now for an identity, or nothing any more.
    var changed: @Sendable (IdentityRecord) async -> Void = { _ in }
    /// Is told that a sign-in has brought something for an identity.
    var signedIn: @Sendable (IdentityRecord) async -> Void = { _ in }

    /// What there is for an identity; nil when there is nothing, or it can't be read any more, which the operator is told.
    func grant(of identity: IdentityRecord) async throws -> Data? {
        guard let record = try await store.find(ofUser: identity.userId, for: identity.grantSource) else { return nil }
        do {
            return try vault.open(record.sealed, of: record.userId, for: record.source)
        } catch let error as any CarrelError {
            logger.error(
                "identity.grantUnreadable",
                metadata: ["identity": "\(identity.id ?? 0)", "error": "\(error.message)", "remedy": "\(error.remedy)"],
            )
            return nil
        }
    }

    /// Keeps what a sign-in brought for an identity, in the place of what there was; nil forgets that.
    ///
    /// - Throws: `VaultError`, or what the database says.
    func keep(_ grant: Data?, of identity: IdentityRecord) async throws {
        if let grant, try await self.grant(of: identity) == grant { return }
        guard let grant else {
            try await store.remove(ofUser: identity.userId, for: identity.grantSource)
            await changed(identity)
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
        await changed(identity)
        await signedIn(identity)
    }

    /// Keeps something newer in the place of what there is for an identity, unless that isn't there any more.
    ///
    /// - Returns: whether it was still there.
    /// - Throws: `VaultError`, or what the database says.
    @discardableResult
    func replace(_ grant: Data, by newer: Data, of identity: IdentityRecord) async throws -> Bool {
        guard let record = try await store.find(ofUser: identity.userId, for: identity.grantSource), let id = record.id,
            try vault.open(record.sealed, of: record.userId, for: record.source) == grant
        else { return false }
        let sealed = try vault.seal(newer, of: identity.userId, for: identity.grantSource)
        guard try await store.replace(id, record.sealed, with: sealed) else { return false }
        await changed(identity)
        return true
    }
}

public import Foundation
import GRDB

extension IdentityStore {
    /// Whether a user's work goes on: they are signed in, in whichever way, or have a server or a token.
    private static let works = """
        (
            EXISTS (SELECT 1 FROM session WHERE session.userId = identity.userId AND expiresAt > :now)
            OR EXISTS (
                SELECT 1 FROM server WHERE server.userId = identity.userId
                AND (wanted = 'running' OR observed <> 'stopped')
            )
            OR EXISTS (
                SELECT 1 FROM token WHERE token.userId = identity.userId
                AND (expiresAt IS NULL OR expiresAt > :now)
            )
        )
        """

    /// The identities of a provider that somebody works by, that can be asked about, and that weren't asked about since.
    public func due(at provider: String, checkedBefore limit: Date, now: Date) async throws -> [IdentityRecord] {
        try await withGrant(at: provider, checkedBefore: limit, now: now, and: Self.works)
    }

    /// The identities of a provider that nobody works by any more, and for which the hub has a grant all the same.
    public func idle(at provider: String, checkedBefore limit: Date, now: Date) async throws -> [IdentityRecord] {
        try await withGrant(at: provider, checkedBefore: limit, now: now, and: "NOT \(Self.works)")
    }

    private func withGrant(
        at provider: String,
        checkedBefore limit: Date,
        now: Date,
        and condition: String,
    ) async throws -> [IdentityRecord] {
        try await database.read { database in
            try IdentityRecord.fetchAll(
                database,
                sql: """
                    SELECT identity.* FROM identity
                    WHERE provider = :provider AND lapsedAt IS NULL AND checkedAt <= :limit
                    AND EXISTS (
                        SELECT 1 FROM credential WHERE credential.userId = identity.userId
                        AND source = 'sign-in:' || provider
                    ) AND \(condition)
                    ORDER BY checkedAt
                    """,
                arguments: ["provider": provider, "limit": limit, "now": now],
            )
        }
    }

    /// The identities that count, of providers that aren't among these.
    public func strayed(from providers: [String]) async throws -> [IdentityRecord] {
        try await database.read { database in
            try IdentityRecord
                .filter(IdentityRecord.Field.lapsedAt == nil)
                .filter(!providers.contains(IdentityRecord.Field.provider))
                .fetchAll(database)
        }
    }
}

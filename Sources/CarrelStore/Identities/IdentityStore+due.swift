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

    /// The only way in that a user has: who can come back by another would keep what this one gave, and not be asked about.
    private static let isOnlyWayIn = """
        EXISTS (SELECT 1 FROM user WHERE user.id = identity.userId AND passwordHash IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM identity AS other
            WHERE other.userId = identity.userId AND other.id <> identity.id AND other.lapsedAt IS NULL
        )
        """

    /// The identities of a provider that nobody works by any more, and for which the hub has a grant all the same.
    ///
    /// Those alone that are somebody's only way in: whoever comes back has to come by it.
    public func idle(at provider: String, checkedBefore limit: Date, now: Date) async throws -> [IdentityRecord] {
        try await withGrant(
            at: provider,
            checkedBefore: limit,
            now: now,
            and: "NOT \(Self.works) AND \(Self.isOnlyWayIn)"
        )
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

    /// The identities that count, for which nobody vouches any more.
    ///
    /// - Parameter issuers: who may vouch, by provider.
    /// - Returns: those of other providers, and of other issuers of one.
    /// - Throws: what the database says.
    public func strayed(from issuers: [String: [String]]) async throws -> [IdentityRecord] {
        try await database.read { database in
            let counting = IdentityRecord.filter(IdentityRecord.Field.lapsedAt == nil)
            let providers = Array(issuers.keys)
            var strayed = try counting.filter(!providers.contains(IdentityRecord.Field.provider)).fetchAll(database)
            for (provider, known) in issuers {
                strayed +=
                    try counting
                    .filter(IdentityRecord.Field.provider == provider)
                    .filter(IdentityRecord.Field.issuer != nil && !known.contains(IdentityRecord.Field.issuer))
                    .fetchAll(database)
            }
            return strayed
        }
    }

    /// Notes who vouches for the identities of a provider of which that wasn't noted yet.
    public func bind(_ provider: String, to issuer: String) async throws {
        try await database.write { database in
            _ =
                try IdentityRecord
                .filter(IdentityRecord.Field.provider == provider && IdentityRecord.Field.issuer == nil)
                .updateAll(database, IdentityRecord.Field.issuer.set(to: issuer))
        }
    }
}

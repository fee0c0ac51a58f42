public import Foundation
import GRDB

/// Reads and changes the sessions; the tokens and codes that were granted in one end with it.
public struct SessionStore: Sendable {
    let database: AuditedDatabase

    /// How many live sessions a user has at most; the one that was seen longest ago makes room.
    public static let most = 200

    /// Begins a session, if what it stands on still holds: no change of a password that came while somebody signed in with the
    /// old one is outlived by their session.
    ///
    /// - Returns: the session with its number; nil when its ground doesn't hold any more, and there is none.
    /// - Throws: what the database says.
    public func begin(_ session: SessionRecord, on ground: SessionGround) async throws -> SessionRecord? {
        try await database.write { database in
            guard let user = try UserRecord.fetchOne(database, key: session.userId),
                try ground.holds(for: user, database)
            else { return nil }
            var session = session
            if case .identity(let id, let providerSession) = ground {
                (session.identityId, session.providerSession) = (id, providerSession)
            }
            let surplus =
                try SessionRecord
                .filter(SessionRecord.Field.userId == session.userId)
                .order(SessionRecord.Field.lastSeenAt.desc, SessionRecord.Field.id.desc)
                .limit(Int.max, offset: Self.most - 1)
                .select(SessionRecord.Field.id, as: Int64.self)
                .fetchAll(database)
            try SessionRecord.deleteAll(database, keys: surplus)
            return try session.inserted(database)
        }
    }

    /// The live session with this secret and its user, if that user may still use it.
    ///
    /// The secret is given as its SHA-256; sessions that end before `now` don't count.
    public func live(secretHash: String, now: Date) async throws -> (session: SessionRecord, user: UserRecord)? {
        try await database.read { database in
            guard
                let session =
                    try SessionRecord
                    .filter(SessionRecord.Field.secretHash == secretHash)
                    .filter(SessionRecord.Field.expiresAt > now)
                    .fetchOne(database),
                let user = try UserRecord.fetchOne(database, key: session.userId),
                !user.isDisabled
            else { return nil }
            return (session, user)
        }
    }

    /// Notes that a session's browser was seen.
    public func seen(_ id: Int64, at time: Date) async throws {
        try await database.write { database in
            _ = try SessionRecord.filter(key: id)
                .updateAll(database, SessionRecord.Field.lastSeenAt.set(to: time))
        }
    }

    /// A user's live sessions, the newest first.
    public func all(ofUser userID: Int64, now: Date) async throws -> [SessionRecord] {
        try await database.read { database in
            try SessionRecord
                .filter(SessionRecord.Field.userId == userID)
                .filter(SessionRecord.Field.expiresAt > now)
                .order(SessionRecord.Field.id.desc)
                .fetchAll(database)
        }
    }

    /// Ends one session.
    public func end(_ id: Int64) async throws {
        _ = try await database.write { try SessionRecord.deleteOne($0, key: id) }
    }

    /// Ends all sessions of a user but one.
    ///
    /// - Returns: how many were ended.
    @discardableResult
    public func endOthers(ofUser userID: Int64, keeping id: Int64) async throws -> Int {
        try await database.write { database in
            try SessionRecord
                .filter(SessionRecord.Field.userId == userID)
                .filter(SessionRecord.Field.id != id)
                .deleteAll(database)
        }
    }

    /// Ends the sessions that began with an identity.
    ///
    /// - Parameters:
    ///   - id: the identity.
    ///   - providerSession: ends only those of this session of the provider; nil: all.
    /// - Returns: how many were ended.
    /// - Throws: what the database says.
    public func end(ofIdentity id: Int64, providerSession: String?) async throws -> Int {
        try await database.write { database in
            var sessions = SessionRecord.filter(SessionRecord.Field.identityId == id)
            if let providerSession {
                sessions = sessions.filter(SessionRecord.Field.providerSession == providerSession)
            }
            return try sessions.deleteAll(database)
        }
    }

    /// Ends the sessions that began in one session of a provider, whoever's they are.
    ///
    /// - Returns: how many were ended.
    /// - Throws: what the database says.
    public func end(providerSession: String, at provider: String) async throws -> Int {
        try await database.write { database in
            let identities = IdentityRecord.filter(IdentityRecord.Field.provider == provider)
                .select(IdentityRecord.Field.id, as: Int64.self)
            return
                try SessionRecord
                .filter(identities.contains(SessionRecord.Field.identityId))
                .filter(SessionRecord.Field.providerSession == providerSession)
                .deleteAll(database)
        }
    }

    /// Forgets sessions that have ended.
    ///
    /// - Returns: how many.
    @discardableResult
    public func forgetExpired(now: Date) async throws -> Int {
        try await database.write { database in
            try SessionRecord.filter(SessionRecord.Field.expiresAt <= now).deleteAll(database)
        }
    }
}

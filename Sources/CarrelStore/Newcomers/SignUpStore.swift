public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes who asked for an account.
///
/// Whoever waits is no user: no other store knows them.
public struct SignUpStore: Sendable {
    let database: AuditedDatabase

    /// How many people may sign up.
    public struct Limits: Sendable, Equatable {
        /// How many may wait for an answer at once.
        public var waiting: Int
        /// How many may sign up from one network within a day.
        public var near: Int

        /// Makes limits.
        public init(waiting: Int, near: Int) {
            self.waiting = waiting
            self.near = near
        }
    }

    private static let day: TimeInterval = 86_400

    /// Goes on only when somebody could sign up with a name now.
    ///
    /// - Parameters:
    ///   - name: what they want to be called.
    ///   - network: a hash that stands for where they are.
    ///   - limits: how many there may be.
    ///   - now: the clock.
    /// - Throws: ``SignUpError``.
    public func require(_ name: UserName, from network: String, limits: Limits, now: Date) async throws {
        try await database.read { try Self.require(name, from: network, limits: limits, now: now, $0) }
    }

    /// Puts somebody on the list of those who wait; of two who ask for one name at once, one gets there.
    ///
    /// - Parameters:
    ///   - record: what they ask for.
    ///   - network: a hash that stands for where they are.
    ///   - limits: how many there may be.
    ///   - now: the clock.
    /// - Throws: ``SignUpError``; nothing is kept then.
    public func wait(_ record: SignUpRecord, from network: String, limits: Limits, now: Date) async throws {
        try await database.write { database in
            try Self.forgetExpired(now: now, database)
            try Self.require(record.name, from: network, limits: limits, now: now, database)
            try SignUpCountRecord(network: network, at: now).insert(database)
            var record = record
            try record.insert(database)
        }
    }

    /// Makes an account for somebody at once.
    ///
    /// - Parameters:
    ///   - record: what they ask for.
    ///   - network: a hash that stands for where they are.
    ///   - limits: how many there may be.
    ///   - now: the clock.
    /// - Returns: the account.
    /// - Throws: ``SignUpError``; nothing is kept then.
    public func open(
        _ record: SignUpRecord,
        from network: String,
        limits: Limits,
        now: Date,
    ) async throws -> UserRecord {
        try await database.write { database in
            try Self.forgetExpired(now: now, database)
            try Self.require(record.name, from: network, limits: limits, now: now, database)
            try SignUpCountRecord(network: network, at: now).insert(database)
            return try UserStore.insert(record.user(at: now), database)
        }
    }

    /// Who waits, the first who came first.
    public func waiting(now: Date) async throws -> [SignUpRecord] {
        try await database.read { database in
            try SignUpRecord.filter(SignUpRecord.Field.expiresAt > now).order(SignUpRecord.Field.id).fetchAll(database)
        }
    }

    /// Who waits with this name; nil when nobody does.
    public func named(_ name: UserName, now: Date) async throws -> SignUpRecord? {
        try await database.read { database in
            try SignUpRecord
                .filter(SignUpRecord.Field.name == name.text)
                .filter(SignUpRecord.Field.expiresAt > now)
                .fetchOne(database)
        }
    }

    /// Who waits under this number.
    ///
    /// - Throws: ``SignUpError/gone``.
    public func withID(_ id: Int64, now: Date) async throws -> SignUpRecord {
        try await database.read { try Self.find(id, now: now, $0) }
    }

    /// Makes the account of somebody who waits.
    ///
    /// - Throws: ``SignUpError/gone``, ``StoreError/userExists(_:)`` or ``StoreError/userLooksLike(_:other:)``; they wait
    ///   on then.
    public func approve(_ id: Int64, now: Date) async throws -> UserRecord {
        try await database.write { database in
            let record = try Self.find(id, now: now, database)
            let user = try UserStore.insert(record.user(at: now), database)
            try record.delete(database)
            return user
        }
    }

    /// Takes somebody off the list of those who wait.
    ///
    /// - Returns: who it was.
    /// - Throws: ``SignUpError/gone``.
    public func refuse(_ id: Int64, now: Date) async throws -> SignUpRecord {
        try await database.write { database in
            let record = try Self.find(id, now: now, database)
            try record.delete(database)
            return record
        }
    }

    /// Forgets who waited too long, and who signed up more than a day ago.
    public func forgetExpired(now: Date) async throws {
        try await database.write { database in
            try Self.forgetExpired(now: now, database)
            try SignUpCountRecord.filter(SignUpCountRecord.Field.at <= now.addingTimeInterval(-Self.day))
                .deleteAll(database)
        }
    }

    // MARK: How it is done

    private static func find(_ id: Int64, now: Date, _ database: Database) throws -> SignUpRecord {
        guard let record = try SignUpRecord.fetchOne(database, key: id), record.expiresAt > now else {
            throw SignUpError.gone
        }
        return record
    }

    private static func forgetExpired(now: Date, _ database: Database) throws {
        try SignUpRecord.filter(SignUpRecord.Field.expiresAt <= now).deleteAll(database)
    }

    /// One error for all names that somebody has or waits for, so that it says no more than that.
    private static func require(
        _ name: UserName,
        from network: String,
        limits: Limits,
        now: Date,
        _ database: Database,
    ) throws {
        let near =
            try SignUpCountRecord
            .filter(SignUpCountRecord.Field.network == network)
            .filter(SignUpCountRecord.Field.at > now.addingTimeInterval(-day))
            .fetchCount(database)
        guard near < limits.near else { throw SignUpError.tooManyNear }
        let waiting = SignUpRecord.filter(SignUpRecord.Field.expiresAt > now)
        guard try waiting.fetchCount(database) < limits.waiting else { throw SignUpError.tooManyWaiting }
        let users = try UserRecord.filter(UserRecord.Field.skeleton == name.skeleton).fetchCount(database)
        let others = try waiting.filter(SignUpRecord.Field.skeleton == name.skeleton).fetchCount(database)
        guard users + others == 0 else { throw SignUpError.taken(name.text) }
    }
}

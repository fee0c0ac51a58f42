public import Foundation
import GRDB

/// Reads and changes which archives are kept, and which are to be made.
public struct TakeoutStore: Sendable {
    /// How often making one is begun before it is given up: something in it may be what ends the hub.
    static let mostAttempts = 3

    let database: AuditedDatabase

    // MARK: Users

    /// Notes an archive that is to be made; a user may have `most` of them.
    ///
    /// - Throws: ``StoreError/tooManyTakeouts(limit:)``.
    public func add(_ takeout: TakeoutRecord, most: Int) async throws {
        try await database.write { database in
            let count = try Self.ofUser(takeout.userId).fetchCount(database)
            guard count < most else { throw StoreError.tooManyTakeouts(limit: most) }
            try takeout.insert(database)
        }
    }

    /// A user's archives, the newest first.
    public func all(ofUser userID: Int64) async throws -> [TakeoutRecord] {
        try await database.read { database in
            try Self.ofUser(userID).order(TakeoutRecord.Field.createdAt.desc).fetchAll(database)
        }
    }

    /// A user's archive; nil for somebody else's.
    public func withID(_ id: String, ofUser userID: Int64) async throws -> TakeoutRecord? {
        try await database.read { database in
            try Self.ofUser(userID).filter(TakeoutRecord.Field.id == id).fetchOne(database)
        }
    }

    /// Forgets a user's archive; whether there was one.
    @discardableResult
    public func remove(_ id: String, ofUser userID: Int64) async throws -> Bool {
        try await database.write { database in
            try Self.ofUser(userID).filter(TakeoutRecord.Field.id == id).deleteAll(database) > 0
        }
    }

    // MARK: Making

    /// Takes the one that waits longest; whoever has one being made waits with their next one.
    ///
    /// - Returns: it; nil when there is none.
    public func begin() async throws -> TakeoutRecord? {
        try await database.write { database in
            guard
                var next = try Self.all(.waiting)
                    .filter(
                        !Self.all(.making).select(TakeoutRecord.Field.userId).contains(TakeoutRecord.Field.userId)
                    )
                    .order(TakeoutRecord.Field.createdAt).fetchOne(database)
            else { return nil }
            next.state = .making
            next.attempts += 1
            try next.update(database)
            return next
        }
    }

    /// Changes one, if it is still there.
    ///
    /// - Returns: whether it is.
    public func change(_ id: String, _ change: @escaping @Sendable (inout TakeoutRecord) -> Void) async throws -> Bool {
        try await database.write { database in
            guard var takeout = try TakeoutRecord.fetchOne(database, key: id) else { return false }
            change(&takeout)
            try takeout.update(database)
            return true
        }
    }

    /// Has those made again that an earlier hub was making; one that was begun too often is given up.
    public func recover(at time: Date, failure: String, expiresAt: Date) async throws {
        try await database.write { database in
            for var takeout in try Self.all(.making).fetchAll(database) {
                takeout.state = takeout.attempts < Self.mostAttempts ? .waiting : .failed
                if takeout.state == .failed {
                    takeout.failure = failure
                    takeout.finishedAt = time
                    takeout.expiresAt = expiresAt
                }
                try takeout.update(database)
            }
        }
    }

    // MARK: Keeping

    /// The bytes of the archives that are kept: those of a user, or of all.
    public func bytesKept(ofUser userID: Int64? = nil) async throws -> Int64 {
        try await database.read { database in
            let kept = userID.map(Self.ofUser) ?? TakeoutRecord.all()
            return try Int64.fetchOne(database, kept.select(sum(TakeoutRecord.Field.size))) ?? 0
        }
    }

    /// Forgets what is over.
    public func forgetExpired(now: Date) async throws {
        _ = try await database.write { database in
            try TakeoutRecord.filter(TakeoutRecord.Field.expiresAt <= now).deleteAll(database)
        }
    }

    /// The ids of all there are.
    public func ids() async throws -> Set<String> {
        try await database.read { try String.fetchSet($0, TakeoutRecord.select(TakeoutRecord.Field.id)) }
    }

    private static func ofUser(_ userID: Int64) -> QueryInterfaceRequest<TakeoutRecord> {
        TakeoutRecord.filter(TakeoutRecord.Field.userId == userID)
    }

    private static func all(_ state: TakeoutRecord.State) -> QueryInterfaceRequest<TakeoutRecord> {
        TakeoutRecord.filter(TakeoutRecord.Field.state == state.rawValue)
    }
}

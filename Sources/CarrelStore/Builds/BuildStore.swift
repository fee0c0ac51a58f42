public import Foundation
import GRDB

/// Reads and changes which environments of repositories there are, and which are to be built.
public struct BuildStore: Sendable {
    /// How often a build is begun before it is given up: something in it may be what ends the hub.
    static let mostAttempts = 3
    /// How many may wait in all.
    static let mostWaiting = 50
    /// For how long after it was launched an environment isn't removed: its server is on its way.
    static let launching: TimeInterval = 600

    let database: any DatabaseWriter

    // MARK: Asking

    /// Asks for an environment: one that is there is used, one that is under way is watched, one that failed is tried again.
    ///
    /// - Parameters:
    ///   - build: what is wanted.
    ///   - most: how many builds of one person may wait or be under way.
    /// - Returns: the row as it is now.
    /// - Throws: ``StoreError/tooManyBuilds(limit:)`` or ``StoreError/buildsFull``.
    public func request(_ build: BuildRecord, most: Int) async throws -> BuildRecord {
        try await database.write { database in
            let known = try BuildRecord.fetchOne(database, key: build.id)
            if var known, known.state != .failed {
                known.usedAt = build.askedAt
                try known.update(database)
                return known
            }
            let underWay = [BuildRecord.State.waiting, .building].map(\.rawValue)
            let count =
                try BuildRecord
                .filter(BuildRecord.Field.userId == build.userId && underWay.contains(BuildRecord.Field.state))
                .fetchCount(database)
            guard count < most else { throw StoreError.tooManyBuilds(limit: most) }
            guard try Self.all(.waiting).fetchCount(database) < Self.mostWaiting else { throw StoreError.buildsFull }
            try build.upsert(database)
            return build
        }
    }

    /// One environment; nil when there is none of this id.
    public func withID(_ id: String) async throws -> BuildRecord? {
        try await database.read { try BuildRecord.fetchOne($0, key: id) }
    }

    /// All, the one that was launched last first.
    public func all() async throws -> [BuildRecord] {
        try await database.read { try BuildRecord.order(BuildRecord.Field.usedAt.desc).fetchAll($0) }
    }

    /// Those that wait to be built, the first in line first.
    public func waiting() async throws -> [BuildRecord] {
        try await database.read { try Self.all(.waiting).fetchAll($0) }
    }

    // MARK: Building

    /// Takes the one that waits longest.
    ///
    /// - Parameter slot: the place among the builders that takes it.
    /// - Returns: it; nil when there is none.
    /// - Throws: what the database says.
    public func begin(in slot: Int) async throws -> BuildRecord? {
        try await database.write { database in
            guard var next = try Self.all(.waiting).fetchOne(database) else { return nil }
            next.state = .building
            next.attempts += 1
            next.slot = slot
            try next.update(database)
            return next
        }
    }

    /// Changes one, if it is still there.
    ///
    /// - Returns: the row as it is now.
    @discardableResult
    public func change(_ id: String, _ change: @escaping @Sendable (inout BuildRecord) -> Void) async throws
        -> BuildRecord?
    {
        try await database.write { database in
            guard var build = try BuildRecord.fetchOne(database, key: id) else { return nil }
            change(&build)
            try build.update(database)
            return build
        }
    }

    /// Those that an earlier hub was building, by the place that had them in hand.
    public func underWay() async throws -> [BuildRecord] {
        try await database.read { try Self.all(.building).fetchAll($0) }
    }

    /// Has a build that ended with an earlier hub begun anew, or given up when that happened too often.
    ///
    /// - Returns: the row as it is now.
    @discardableResult
    public func recover(_ id: String, at time: Date, failure: String) async throws -> BuildRecord? {
        try await change(id) { build in
            build.state = build.attempts < Self.mostAttempts ? .waiting : .failed
            build.slot = nil
            if build.state == .failed {
                build.failure = failure
                build.finishedAt = time
            }
        }
    }

    /// Forgets one that was looked at, if nothing has happened to it since, and no server has it or may soon have it.
    ///
    /// - Parameters:
    ///   - build: as it was found.
    ///   - now: the time, for those that were launched just now.
    /// - Returns: whether it is forgotten; its folder can be removed then.
    /// - Throws: what the database says.
    @discardableResult
    public func remove(_ build: BuildRecord, now: Date) async throws -> Bool {
        try await database.write { database in
            guard let current = try BuildRecord.fetchOne(database, key: build.id), current.state == build.state,
                current.usedAt == build.usedAt, current.state != .building
            else { return false }
            if current.state == .built {
                guard now.timeIntervalSince(current.usedAt) > Self.launching else { return false }
                guard try !Self.inUse(database).contains(build.id) else { return false }
            }
            return try current.delete(database)
        }
    }

    /// The environments that servers have which aren't at rest.
    public func inUse() async throws -> Set<String> {
        try await database.read { try Self.inUse($0) }
    }

    private static func inUse(_ database: Database) throws -> Set<String> {
        let stopped = ServerRecord.Observed.stopped.rawValue
        let running = ServerRecord.Wanted.running.rawValue
        let servers =
            try ServerRecord
            .filter(ServerRecord.Field.observed != stopped || ServerRecord.Field.wanted == running)
            .fetchAll(database)
        return Set(servers.compactMap { $0.options?.launch?.build })
    }

    private static func all(_ state: BuildRecord.State) -> QueryInterfaceRequest<BuildRecord> {
        BuildRecord.filter(BuildRecord.Field.state == state.rawValue)
            .order(BuildRecord.Field.askedAt, BuildRecord.Field.id)
    }
}

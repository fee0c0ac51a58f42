public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes how instances end, and keeps the records of those that were deleted.
///
/// Each step is one transaction that looks again at what it goes by, so that none is taken twice.
public struct InstanceEndStore: Sendable {
    let database: AuditedDatabase

    // MARK: Looking

    /// An instance, with all that its end depends on.
    public struct View: Sendable, Equatable {
        /// The instance.
        public var instance: InstanceRecord
        /// When it was last looked at.
        public var look: InstanceLookRecord?
        /// Its servers that aren't at rest.
        public var liveServers: [ServerRecord]
    }

    /// The instances that end, are over, or are being deleted.
    public func views() async throws -> [View] {
        try await database.read { database in
            try InstanceRecord.fetchAll(database).filter { $0.isOver || $0.endsAt != nil }.map { instance in
                View(
                    instance: instance,
                    look: try InstanceLookRecord.fetchOne(database, key: instance.id),
                    liveServers: try Self.live(in: instance, database).fetchAll(database),
                )
            }
        }
    }

    /// Notes a look at an instance.
    public func note(_ look: InstanceLookRecord) async throws {
        try await database.write { database in
            guard try InstanceRecord.exists(database, key: look.instanceId) else { return }
            try look.save(database)
        }
    }

    // MARK: The end

    /// Gives a temporary instance another end; one that is over goes on.
    ///
    /// - Returns: the instance as it is now.
    /// - Throws: ``StoreError/noSuchInstance(_:)``, ``StoreError/instanceEndPast(_:)``,
    ///   ``StoreError/instanceEndless(_:)``, or ``StoreError/instanceOver(_:)`` when its deletion has begun.
    @discardableResult
    public func move(_ name: InstanceName, to end: Date, at now: Date) async throws -> InstanceRecord {
        try await change(name) { instance in
            guard end > now else { throw StoreError.instanceEndPast(name.text) }
            instance.endsAt = end
            if instance.state == .ended {
                instance.state = .open
                instance.endedAt = nil
            }
        }
    }

    /// Makes now the end of a temporary instance.
    ///
    /// - Throws: as ``move(_:to:at:)``.
    @discardableResult
    public func endNow(_ name: InstanceName, at now: Date) async throws -> InstanceRecord {
        try await change(name) { instance in
            guard instance.state != .ended else { return }
            instance.endsAt = now
        }
    }

    /// Notes that an instance is over, if it still is to be.
    ///
    /// - Returns: whether it is over now.
    public func end(_ id: Int64, at now: Date) async throws -> Bool {
        try await database.write { database in
            guard var instance = try InstanceRecord.fetchOne(database, key: id), instance.state == .open,
                let ends = instance.endsAt, ends <= now
            else { return false }
            instance.state = .ended
            instance.endedAt = now
            try instance.update(database)
            return true
        }
    }

    /// Opens an instance again whose end was moved after it was over.
    public func reopen(_ id: Int64, at now: Date) async throws {
        try await database.write { database in
            guard var instance = try InstanceRecord.fetchOne(database, key: id), instance.state == .ended,
                instance.endsAt.map({ $0 > now }) ?? true
            else { return }
            instance.state = .open
            instance.endedAt = nil
            try instance.update(database)
        }
    }

    private func change(
        _ name: InstanceName,
        _ change: @escaping @Sendable (inout InstanceRecord) throws -> Void,
    ) async throws -> InstanceRecord {
        try await database.write { database in
            guard var instance = try InstanceStore.find(name, database) else {
                throw StoreError.noSuchInstance(name.text)
            }
            guard instance.settings.kind == .temporary else { throw StoreError.instanceEndless(name.text) }
            guard instance.state != .deleting, instance.state != .archived else {
                throw StoreError.instanceOver(name.text)
            }
            try change(&instance)
            try instance.update(database)
            return instance
        }
    }

    static func live(in instance: InstanceRecord, _ database: Database) throws -> QueryInterfaceRequest<ServerRecord> {
        ServerRecord.filter(ServerRecord.Field.instanceId == instance.id)
            .filter(
                ServerRecord.Field.observed != ServerRecord.Observed.stopped.rawValue
                    || ServerRecord.Field.wanted == ServerRecord.Wanted.running.rawValue
            )
    }
}

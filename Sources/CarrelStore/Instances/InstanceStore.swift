public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes the instances.
public struct InstanceStore: Sendable {
    let database: AuditedDatabase

    // MARK: Looking

    /// All instances, the default one first.
    public func all() async throws -> [InstanceRecord] {
        try await database.read { try InstanceRecord.fetchAll($0).sorted { $0.name < $1.name } }
    }

    /// The instance of this name, if there is one.
    public func named(_ name: InstanceName) async throws -> InstanceRecord? {
        try await database.read { try Self.find(name, $0) }
    }

    /// The instance with this id, if it still exists.
    public func withID(_ id: Int64) async throws -> InstanceRecord? {
        try await database.read { try InstanceRecord.fetchOne($0, key: id) }
    }

    // MARK: Changing

    /// Adds an instance.
    ///
    /// - Throws: ``StoreError/instanceExists(_:)``, or ``StoreError/instanceNameTaken(_:)`` while a server of that name,
    ///   which belongs to the default instance, isn't at rest.
    @discardableResult
    public func add(_ instance: InstanceRecord) async throws -> InstanceRecord {
        try await database.write { try Self.insert(instance, $0) }
    }

    /// Changes an instance in one step.
    ///
    /// - Returns: the row as it is now.
    /// - Throws: ``StoreError/noSuchInstance(_:)``, or what `change` throws.
    @discardableResult
    public func change(
        _ name: InstanceName,
        _ change: @escaping @Sendable (inout InstanceRecord) throws -> Void,
    ) async throws -> InstanceRecord {
        try await database.write { database in
            guard var instance = try Self.find(name, database) else { throw StoreError.noSuchInstance(name.text) }
            try change(&instance)
            try instance.update(database)
            return instance
        }
    }

    /// Makes the instances of the file what it says: new ones are added, others get its settings, and those that it
    /// doesn't have any more are archived.
    ///
    /// - Parameters:
    ///   - file: all instances of the file, the default one among them.
    ///   - now: when it was read.
    /// - Returns: what changed, and what of the file can't hold.
    /// - Throws: what the database says.
    public func adopt(_ file: [InstanceSettings], at now: Date) async throws -> InstanceAdoption {
        try await database.write { database in
            var adoption = InstanceAdoption()
            for settings in file { try Self.adopt(settings, at: now, into: &adoption, database) }
            let names = Set(file.map(\.name))
            let others = try InstanceRecord.fetchAll(database).filter { instance in
                instance.origin == .file && instance.state == .open && !names.contains(instance.name.text)
            }
            for var instance in others {
                instance.state = .archived
                try instance.update(database)
                adoption.archived.append(instance.name)
            }
            return adoption
        }
    }

    private static func adopt(
        _ settings: InstanceSettings,
        at now: Date,
        into adoption: inout InstanceAdoption,
        _ database: Database,
    ) throws {
        let name = try InstanceName(settings.name)
        let found = try find(name, database)
        // A date in the past would stop everybody's servers at once, or make an instance anew that was just deleted.
        if let ends = settings.ends, ends.date <= now, ends != found?.settings.ends {
            return adoption.refused[name] = .instanceEndPast(name.text)
        }
        guard var instance = found else {
            do {
                try insert(try InstanceRecord(settings, origin: .file, createdAt: now), database)
                adoption.added.append(name)
            } catch let error as StoreError {
                adoption.refused[name] = error
            }
            return
        }
        guard instance.origin == .file else { return adoption.refused[name] = .instanceExists(name.text) }
        if instance.settings.kind != settings.kind, try !isUnused(instance, database) {
            return adoption.refused[name] = .instanceInUse(name.text)
        }
        guard instance.settings != settings || instance.state == .archived else { return }
        try instance.setSettings(settings)
        if instance.state == .archived { instance.state = .open }
        try instance.update(database)
        adoption.changed.append(name)
    }

    // MARK: How it is done

    static func find(_ name: InstanceName, _ database: Database) throws -> InstanceRecord? {
        try InstanceRecord.filter(InstanceRecord.Field.name == name.text).fetchOne(database)
    }

    /// Whether nobody ever had a server or a place in it; users that were removed count too, as their homes are kept.
    static func isUnused(_ instance: InstanceRecord, _ database: Database) throws -> Bool {
        let used = "SELECT isUsed FROM instance WHERE id = ?"
        guard try Bool.fetchOne(database, sql: used, arguments: [instance.id]) != true else { return false }
        return try ServerRecord.filter(ServerRecord.Field.instanceId == instance.id).isEmpty(database)
            && InstanceMemberRecord.filter(InstanceMemberRecord.Field.instanceId == instance.id).isEmpty(database)
    }

    @discardableResult
    private static func insert(_ instance: InstanceRecord, _ database: Database) throws -> InstanceRecord {
        guard try find(instance.name, database) == nil else { throw StoreError.instanceExists(instance.name.text) }
        // Servers of that name were further servers of the default instance; those at rest make room.
        let servers = ServerRecord.filter(ServerRecord.Field.name == instance.name.text)
        let isBusy = try !servers.filter(
            ServerRecord.Field.observed != ServerRecord.Observed.stopped.rawValue
                || ServerRecord.Field.wanted != ServerRecord.Wanted.stopped.rawValue
        ).isEmpty(database)
        guard !isBusy else { throw StoreError.instanceNameTaken(instance.name.text) }
        try servers.deleteAll(database)
        return try instance.inserted(database)
    }
}

/// What became of the instances of the file.
public struct InstanceAdoption: Sendable, Equatable {
    /// Those that are new.
    public var added: [InstanceName] = []
    /// Those with new settings.
    public var changed: [InstanceName] = []
    /// Those that the file doesn't have any more.
    public var archived: [InstanceName] = []
    /// Those that stay as they were, and why.
    public var refused: [InstanceName: StoreError] = [:]
}

public import CarrelModel
public import Foundation
import GRDB

/// Instances that are made outside the configuration file.
extension InstanceStore {
    /// Adds an instance.
    ///
    /// - Throws: ``StoreError/instanceExists(_:)``, ``StoreError/instanceEndPast(_:)``, or as ``add(_:)``.
    @discardableResult
    public func make(_ settings: InstanceSettings, by person: String?, at now: Date) async throws -> InstanceRecord {
        if let ends = settings.ends, ends.date <= now { throw StoreError.instanceEndPast(settings.name) }
        return try await add(InstanceRecord(settings, origin: .page, createdAt: now, createdBy: person))
    }

    /// Gives an instance other settings.
    ///
    /// - Parameters:
    ///   - settings: the new ones.
    ///   - name: the instance's.
    ///   - old: those that were read before; nil to replace whatever there is.
    ///   - now: the present.
    /// - Returns: the row as it is now.
    /// - Throws: ``StoreError/noSuchInstance(_:)``, ``StoreError/instanceInFile(_:)`` for one of the file,
    ///   ``StoreError/instanceInUse(_:)`` for another kind of one that has homes, ``StoreError/instanceEndPast(_:)``,
    ///   ``StoreError/instanceOver(_:)`` when it is being deleted, or ``StoreError/instanceChanged(_:)`` when it doesn't
    ///   have the old settings any more.
    @discardableResult
    public func set(
        _ settings: InstanceSettings,
        of name: InstanceName,
        replacing old: InstanceSettings? = nil,
        at now: Date,
    ) async throws -> InstanceRecord {
        try await database.write { database in
            guard var instance = try Self.find(name, database) else { throw StoreError.noSuchInstance(name.text) }
            guard instance.origin == .page else { throw StoreError.instanceInFile(name.text) }
            guard instance.state != .deleting else { throw StoreError.instanceOver(name.text) }
            guard old.map({ $0 == instance.settings }) ?? true else { throw StoreError.instanceChanged(name.text) }
            if let ends = settings.ends, ends != instance.settings.ends, ends.date <= now {
                throw StoreError.instanceEndPast(name.text)
            }
            if settings.kind != instance.settings.kind, try !Self.isUnused(instance, database) {
                throw StoreError.instanceInUse(name.text)
            }
            try instance.setSettings(settings)
            try instance.update(database)
            return instance
        }
    }

    /// Whether nobody ever had a server or a place in an instance.
    public func isUnused(_ instance: InstanceRecord) async throws -> Bool {
        try await database.read { try Self.isUnused(instance, $0) }
    }

    /// Takes an instance out of use, or puts it to use again; everything in it is kept.
    ///
    /// - Throws: ``StoreError/noSuchInstance(_:)``, ``StoreError/instanceInFile(_:)``, or
    ///   ``StoreError/instanceOver(_:)``.
    public func setArchived(_ isArchived: Bool, _ name: InstanceName) async throws {
        try await change(name) { instance in
            guard instance.origin == .page else { throw StoreError.instanceInFile(name.text) }
            guard !instance.isOver else { throw StoreError.instanceOver(name.text) }
            instance.state = isArchived ? .archived : .open
        }
    }
}

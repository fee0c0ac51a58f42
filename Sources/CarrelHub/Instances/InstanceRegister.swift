public import CarrelModel
public import CarrelStore
public import Foundation

/// What can be done with instances as a whole; the command line and the pages stand before it.
///
/// It only notes what is wanted: the hub carries it out, and is told to look.
public struct InstanceRegister: Sendable {
    let store: Store
    let now: @Sendable () -> Date
    /// Has the hub look at the instances.
    let changed: @Sendable () -> Void

    /// Joins the parts.
    public init(
        store: Store,
        now: @escaping @Sendable () -> Date = { Date() },
        changed: @escaping @Sendable () -> Void = {},
    ) {
        self.store = store
        self.now = now
        self.changed = changed
    }

    private var audit: AuditTrail { AuditTrail(store: store, now: now) }

    // MARK: Looking

    /// All instances, the default one first, each with how many belong to it.
    public func all() async throws -> [(instance: InstanceRecord, members: Int)] {
        var found: [(InstanceRecord, Int)] = []
        for instance in try await store.instances.all() {
            found.append((instance, try await store.instanceMembers.all(in: instance.id ?? 0).count))
        }
        return found
    }

    /// The instance of this name.
    ///
    /// - Throws: ``StoreError/noSuchInstance(_:)``.
    public func instance(_ name: InstanceName) async throws -> InstanceRecord {
        guard let found = try await store.instances.named(name) else { throw StoreError.noSuchInstance(name.text) }
        return found
    }

    /// Who belongs to an instance.
    public func members(of instance: InstanceRecord) async throws -> [InstanceMember] {
        try await store.instanceMembers.all(in: instance.id ?? 0)
    }

    // MARK: Making and changing

    /// Adds an instance that the configuration file doesn't have.
    @discardableResult
    public func add(_ settings: InstanceSettings, by person: String?) async throws -> InstanceRecord {
        defer { changed() }
        let noted = audit.noting(.instanceMade, .instance(try InstanceName(settings.name)))
        return try await noted.instances.make(settings, by: person, at: now())
    }

    /// Gives an instance that the file doesn't have other settings.
    ///
    /// - Parameters:
    ///   - settings: the new ones.
    ///   - name: the instance's.
    ///   - old: those that were read before; nil to replace whatever there is.
    /// - Throws: ``StoreError/instanceChanged(_:)`` when it doesn't have the old ones any more, or another
    ///   ``StoreError``.
    public func set(
        _ settings: InstanceSettings,
        of name: InstanceName,
        replacing old: InstanceSettings? = nil,
    ) async throws {
        let noted = audit.noting(.instanceChanged, .instance(name), details: ["what": "settings"])
        try await noted.instances.set(settings, of: name, replacing: old, at: now())
        changed()
    }

    /// Takes an instance that the file doesn't have out of use, or puts it to use again; everything in it is kept.
    public func setArchived(_ isArchived: Bool, _ name: InstanceName) async throws {
        let details = ["what": isArchived ? "archived" : "in use again"]
        try await audit.noting(.instanceChanged, .instance(name), details: details)
            .instances.setArchived(isArchived, name)
        changed()
    }

    // MARK: The end

    /// Gives a temporary instance another end, which must lie ahead; one that is over goes on.
    @discardableResult
    public func moveEnd(of name: InstanceName, to end: Date) async throws -> InstanceRecord {
        defer { changed() }
        let noted = audit.noting(.instanceEndMoved, .instance(name), details: ["end": end.ISO8601Format()])
        return try await noted.instanceEnds.move(name, to: end, at: now())
    }

    /// Makes now the end of a temporary instance.
    @discardableResult
    public func end(_ name: InstanceName) async throws -> InstanceRecord {
        defer { changed() }
        return try await audit.noting(.instanceEnded, .instance(name)).instanceEnds.endNow(name, at: now())
    }

    /// Begins to delete everything of an instance.
    public func delete(_ name: InstanceName, by person: String?) async throws {
        let noted = audit.noting(.instanceDeleting, .instance(name))
        try await noted.instanceEnds.beginDeletion(name, because: .command, by: person, at: now())
        changed()
    }

    /// When everything of an instance is deleted that is over; nil as long as it isn't.
    public static func deletionDate(of instance: InstanceRecord) -> Date? {
        InstancePlan(instance: instance, unsteadySince: nil, wantedServers: 0, liveServers: 0).deletionDate
    }

    /// The deletions so far, the newest first.
    public func deletions() async throws -> [DeletionRecord] { try await store.instanceEnds.deletions() }

    /// One deletion.
    public func deletion(_ id: Int64) async throws -> DeletionRecord? { try await store.instanceEnds.deletion(id) }
}

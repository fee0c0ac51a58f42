public import CarrelModel
public import CarrelStore
public import Foundation

/// What can be done with groups and their members; the command line, the pages and the API stand before it.
///
/// What a change means for homes and project folders is put to use at once, running servers included.
public struct GroupDesk: Sendable {
    let store: Store
    let now: @Sendable () -> Date
    /// Puts the quotas of these users' homes to use.
    private let settleHomes: @Sendable ([UserName]) async throws -> (any CarrelError)?
    /// Puts the quotas of project folders to use.
    private let settleProjects: @Sendable () async throws -> Void
    /// Has running servers looked at, which may have to show other folders.
    let settleFolders: @Sendable () -> Void
    /// Whether there is a project folder of this name.
    let hasFolder: @Sendable (GroupName) -> Bool

    /// A group's quota after a change.
    public enum QuotaChange: Sendable, Equatable, CustomStringConvertible {
        /// It stays as it is.
        case keep
        /// It becomes this one; nil for that of everybody.
        case set(ByteCount?)
        /// It becomes as much as there is room; of project folders only.
        case unlimited

        /// For the log.
        public var description: String {
            switch self {
            case .keep: "unchanged"
            case .set(let size): size?.description ?? "default"
            case .unlimited: "none"
            }
        }

        func apply(to quota: inout Int64?) {
            switch self {
            case .keep: break
            case .set(let size): quota = size?.bytes
            case .unlimited: quota = GroupRecord.unlimited
            }
        }
    }

    /// A desk beside a hub, or without one: it only notes, and the hub is told to look.
    public init(
        store: Store,
        now: @escaping @Sendable () -> Date = { Date() },
        hasFolder: @escaping @Sendable (GroupName) -> Bool = { _ in false },
    ) {
        self.init(store: store, now: now, hasFolder: hasFolder, settleHomes: { _ in nil })
    }

    /// A desk in the hub.
    ///
    /// - Parameters:
    ///   - store: where groups are.
    ///   - now: the clock.
    ///   - hasFolder: whether there is a project folder of this name.
    ///   - settleHomes: puts the quotas of users' homes to use; gives why one could only be noted.
    ///   - settleProjects: puts the quotas of project folders to use; throws a `CarrelError` when one could only be noted.
    ///   - settleFolders: has running servers looked at, which may have to show other folders.
    init(
        store: Store,
        now: @escaping @Sendable () -> Date,
        hasFolder: @escaping @Sendable (GroupName) -> Bool = { _ in false },
        settleHomes: @escaping @Sendable ([UserName]) async throws -> (any CarrelError)? = { _ in nil },
        settleProjects: @escaping @Sendable () async throws -> Void = {},
        settleFolders: @escaping @Sendable () -> Void = {},
    ) {
        self.store = store
        self.now = now
        self.settleHomes = settleHomes
        self.settleProjects = settleProjects
        self.settleFolders = settleFolders
        self.hasFolder = hasFolder
    }

    // MARK: What is noted

    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// Groups that are made with these members.
    private func noting(_ groups: [GroupName], _ members: [UserName]) -> Store {
        let events = groups.flatMap { group in
            [audit.event(.groupMade, .group(group))]
                + members.map { audit.event(.groupMemberAdded, .group(group), of: $0) }
        }
        return store.noting(events)
    }

    /// The same for each of some members.
    func noting(
        _ action: AuditAction,
        _ members: [UserName],
        in group: GroupName,
        details: [String: String] = [:],
    ) -> Store {
        store.noting(Set(members).map { audit.event(action, .group(group), of: $0, details: details) })
    }

    // MARK: Looking

    /// All groups by name, with their members by name.
    public func all() async throws -> [GroupWithMembers] {
        try await store.groups.allWithMembers()
    }

    /// A group with its members.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``.
    public func group(_ name: GroupName) async throws -> GroupWithMembers {
        guard let group = try await store.groups.withMembers(name) else { throw StoreError.noSuchGroup(name.text) }
        return group
    }

    // MARK: Changing

    /// Adds groups, all or none, each with these members and quotas.
    ///
    /// - Returns: why a quota could only be noted; nil when all hold now.
    /// - Throws: ``StoreError/groupExists(_:)`` or ``StoreError/noSuchUser(_:)``.
    @discardableResult
    public func add(
        _ names: [GroupName],
        members: [UserName] = [],
        homeQuota: ByteCount? = nil,
        projectQuota: ByteCount? = nil,
    ) async throws -> (any CarrelError)? {
        let groups = names.map { name in
            var group = GroupRecord(name: name, createdAt: now())
            group.homeQuota = homeQuota?.bytes
            group.projectQuota = projectQuota?.bytes
            return group
        }
        try await noting(names, members).groups.add(groups, members: members)
        settleFolders()
        return homeQuota == nil ? nil : try await settleHomes(members)
    }

    /// Adds groups that belong to an instance and go with it, with their folders.
    ///
    /// - Parameters:
    ///   - names: of which.
    ///   - instance: to which instance.
    ///   - manager: who is in them from the beginning and manages them; nil for nobody.
    ///   - projectQuota: how much each project folder may hold.
    /// - Throws: ``StoreError/noSuchInstance(_:)``, ``StoreError/instanceIsDefault``, ``StoreError/instanceOver(_:)``,
    ///   ``StoreError/groupExists(_:)``, ``StoreError/notInInstance(_:_:)``, or ``StoreError/projectLeft(_:)``: what is in
    ///   that folder isn't the instance's.
    public func add(
        _ names: [GroupName],
        to instance: InstanceName,
        manager: UserName? = nil,
        projectQuota: ByteCount? = nil,
    ) async throws {
        guard !instance.isDefault else { throw StoreError.instanceIsDefault }
        guard let found = try await store.instances.named(instance) else {
            throw StoreError.noSuchInstance(instance.text)
        }
        guard !found.isOver else { throw StoreError.instanceOver(instance.text) }
        if let taken = names.first(where: hasFolder) { throw StoreError.projectLeft(taken.text) }
        let groups = names.map { name in
            var group = GroupRecord(name: name, createdAt: now(), instanceId: found.id)
            group.projectQuota = projectQuota?.bytes
            return group
        }
        let managers = manager.map { [$0] } ?? []
        try await noting(names, managers).groups.add(groups, members: managers, as: .manager)
        settleFolders()
    }

    /// Removes a group; its members stay users, and its project folder stays.
    ///
    /// - Returns: why a quota could only be noted; nil when all hold now.
    /// - Throws: ``StoreError/noSuchGroup(_:)``.
    @discardableResult
    public func remove(_ name: GroupName) async throws -> (any CarrelError)? {
        let old = try await group(name)
        try await audit.noting(.groupRemoved, .group(name)).groups.remove(name)
        settleFolders()
        return old.group.homeQuota == nil ? nil : try await settleHomes(old.members)
    }

    /// Puts users into a group; who is in it already stays.
    ///
    /// - Returns: why a quota could only be noted; nil when all hold now.
    /// - Throws: ``StoreError/noSuchGroup(_:)`` or ``StoreError/noSuchUser(_:)``, and nobody is put in.
    @discardableResult
    public func addMembers(_ names: [UserName], to group: GroupName) async throws -> (any CarrelError)? {
        let present = try await store.groups.members(of: group)
        let new = names.filter { !present.contains($0) }
        try await noting(.groupMemberAdded, new, in: group).groups.addMembers(names, to: group)
        return try await settle(names, of: group)
    }

    /// Takes users out of a group; who isn't in it stays out.
    ///
    /// - Parameters:
    ///   - names: whom.
    ///   - group: of which group.
    ///   - last: what happens when the group has managers and would have none.
    /// - Returns: why a quota could only be noted; nil when all hold now.
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/noSuchUser(_:)`` or ``StoreError/lastManager(_:)``, and nobody
    ///   is taken out.
    @discardableResult
    public func removeMembers(
        _ names: [UserName],
        from group: GroupName,
        _ last: LastManager = .stays,
    ) async throws -> (any CarrelError)? {
        let present = try await store.groups.members(of: group)
        let leaving = names.filter(present.contains)
        try await noting(.groupMemberRemoved, leaving, in: group).groups.removeMembers(names, from: group, last)
        return try await settle(names, of: group)
    }

    /// Looks at the group after its members changed: who changes its quota meanwhile finds the new members.
    func settle(_ names: [UserName], of group: GroupName) async throws -> (any CarrelError)? {
        settleFolders()
        guard try await store.groups.named(group)?.homeQuota != nil else { return nil }
        return try await settleHomes(names)
    }

    /// Says how much the homes of a group's members, and its project folder, may hold.
    ///
    /// - Returns: why a quota could only be noted; nil when all hold now.
    /// - Throws: ``StoreError/noSuchGroup(_:)``.
    @discardableResult
    public func setQuotas(
        of name: GroupName,
        home: QuotaChange = .keep,
        project: QuotaChange = .keep,
    ) async throws -> (any CarrelError)? {
        let details = ["home": home.description, "project": project.description]
        try await audit.noting(.quotaChanged, .group(name), details: details).groups.change(name) { group in
            home.apply(to: &group.homeQuota)
            project.apply(to: &group.projectQuota)
        }
        let members = try await store.groups.members(of: name)
        let homeProblem = home == .keep ? nil : try await settleHomes(members)
        let projectProblem = project == .keep ? nil : try await projectProblem()
        return homeProblem ?? projectProblem
    }

    private func projectProblem() async throws -> (any CarrelError)? {
        do {
            try await settleProjects()
            return nil
        } catch let error as any CarrelError {
            return error
        }
    }

    /// Keeps what a client of the REST API says about a group: a JSON object as text.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``.
    func setProperties(_ properties: String, of name: GroupName) async throws {
        try await store.groups.change(name) { $0.properties = properties }
    }
}

public import CarrelModel
public import CarrelStore

extension GroupDesk {
    /// Puts users into a group with a role; who is in it already gets the role too.
    ///
    /// - Parameters:
    ///   - names: whom.
    ///   - group: into which group.
    ///   - role: what they may do.
    ///   - last: what happens when the group has managers and would have none.
    /// - Returns: why a quota could only be noted; nil when all hold now.
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/noSuchUser(_:)`` or ``StoreError/lastManager(_:)``, and nothing
    ///   is changed.
    @discardableResult
    public func addMembers(
        _ names: [UserName],
        to group: GroupName,
        as role: GroupRole,
        _ last: LastManager = .stays,
    ) async throws -> (any CarrelError)? {
        let noted = try await noting(names, as: role, in: group)
        try await noted.groups.addMembers(names, to: group, as: role, last)
        return try await settle(names, of: group)
    }

    /// Gives a member of a group another role, which holds in running servers too.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/notMember(_:of:)`` or ``StoreError/lastManager(_:)``.
    public func setRole(
        _ role: GroupRole,
        of user: UserName,
        in group: GroupName,
        _ last: LastManager = .stays,
    ) async throws {
        let noted = noting(.groupRoleChanged, [user], in: group, details: ["role": role.rawValue])
        try await noted.groups.setRole(role, of: user, in: group, last)
        settleFolders()
    }

    /// Who is put in with a role, and who was in and gets another.
    private func noting(_ names: [UserName], as role: GroupRole, in group: GroupName) async throws -> Store {
        let found = try await store.groups.withMembers(group)
        let events = Set(names).compactMap { name -> AuditEvent? in
            let present = found?.role(of: name)
            guard present != role else { return nil }
            let action = present == nil ? AuditAction.groupMemberAdded : .groupRoleChanged
            return audit.event(action, .group(group), of: name, details: ["role": role.rawValue])
        }
        return store.noting(events)
    }
}

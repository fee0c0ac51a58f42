import CarrelAuth
import CarrelModel
import CarrelStore

/// What a caller may do: the scopes of the user, or of a token, never more than those of its owner.
struct Rights: Sendable {
    let scopes: ScopeSet
    /// Who is in the groups that filters of these scopes name.
    private let membership: GroupMembership

    init(_ caller: Caller, _ membership: GroupMembership, in places: [GroupPlace] = []) {
        self.membership = membership
        switch caller {
        case .nobody: scopes = .none
        case .session(_, let user): scopes = Self.scopes(of: user, in: places)
        case .token(let token, let user):
            scopes = TokenScopes.effective(
                token.scopes.compactMap { try? Scope($0) },
                owner: .user(user.name.text),
                ownerScopes: Self.scopes(of: user, in: places),
                membership: membership,
            )
        }
    }

    /// What a user may do: their own things, the groups they manage, and everything for an admin.
    static func scopes(of user: UserRecord, in places: [GroupPlace]) -> ScopeSet {
        let roles = user.isVisitor ? [Role.visitor] : user.isAdmin ? [Role.user, .admin] : [Role.user]
        // As in JupyterHub, members have no scope for the group itself.
        let managed = places.filter { $0.role == .manager }.map { Scope(.groups, on: .group($0.group.name.text)) }
        return ScopeSet(expanding: roles.flatMap(\.scopes) + managed, owner: .user(user.name.text))
    }

    /// Goes on only if a server may be treated so.
    ///
    /// - Throws: ``HubError/scopeMissing(_:)`` without the scope, ``HubError/notFound`` with the scope for other servers only.
    func require(_ name: ScopeName, on key: ServerKey) throws(HubError) {
        try require([name], on: .server(user: key.user.text, name: key.server.text))
    }

    /// Goes on only if a user may be treated so.
    func require(_ name: ScopeName, on user: UserName) throws(HubError) {
        try require([name], on: .user(user.text))
    }

    /// Goes on only if a group may be treated so.
    func require(_ name: ScopeName, on group: GroupName) throws(HubError) {
        try require([name], on: .group(group.text))
    }

    /// Goes on only if all of a kind may be treated so; to hold it for some is as good as not to hold it.
    func require(_ name: ScopeName) throws(HubError) {
        guard scopes.allows(name) else { throw .scopeMissing([name.text]) }
    }

    /// Whether a group may be treated so.
    func allows(_ name: ScopeName, on group: GroupName) -> Bool {
        scopes.allows(name, on: .group(group.text), membership)
    }

    /// Whether a user may be treated so.
    func allows(_ name: ScopeName, on user: UserName) -> Bool {
        scopes.allows(name, on: .user(user.text), membership)
    }

    /// Goes on only if a group may be treated so; any one of the scopes will do.
    func require(_ names: [ScopeName], on group: GroupName) throws(HubError) {
        try require(names, on: .group(group.text))
    }

    private func require(_ names: [ScopeName], on target: ScopeFilter) throws(HubError) {
        guard names.contains(where: { scopes.reach(of: $0) != nil }) else { throw .scopeMissing(names.map(\.text)) }
        guard names.contains(where: { scopes.allows($0, on: target, membership) }) else { throw .notFound }
    }
}

extension SignedInContext {
    /// What the caller may do.
    var rights: Rights { Rights(caller, membership, in: places) }
}

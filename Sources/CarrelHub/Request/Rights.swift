import CarrelAuth
import CarrelModel
import CarrelStore

/// What a caller may do: the scopes of the user, or of a token, never more than those of its owner.
struct Rights: Sendable {
    let scopes: ScopeSet

    init(_ caller: Caller) {
        switch caller {
        case .nobody: scopes = .none
        case .session(_, let user): scopes = Self.scopes(of: user)
        case .token(let token, let user):
            scopes = TokenScopes.effective(
                token.scopes.compactMap { try? Scope($0) },
                owner: .user(user.name.text),
                ownerScopes: Self.scopes(of: user),
            )
        }
    }

    /// What a user may do: their own things, and everything for an admin.
    static func scopes(of user: UserRecord) -> ScopeSet {
        let roles = user.isAdmin ? [Role.user, .admin] : [Role.user]
        return ScopeSet(expanding: roles.flatMap(\.scopes), owner: .user(user.name.text))
    }

    /// Goes on only if a server may be treated so.
    ///
    /// - Throws: ``HubError/scopeMissing(_:)`` without the scope, ``HubError/notFound`` with the scope for other servers only.
    func require(_ name: ScopeName, on key: ServerKey) throws(HubError) {
        try require(name, on: .server(user: key.user.text, name: key.server.text))
    }

    /// Goes on only if a user may be treated so.
    func require(_ name: ScopeName, on user: UserName) throws(HubError) {
        try require(name, on: .user(user.text))
    }

    private func require(_ name: ScopeName, on target: ScopeFilter) throws(HubError) {
        guard scopes.reach(of: name) != nil else { throw .scopeMissing([name.text]) }
        guard scopes.allows(name, on: target) else { throw .notFound }
    }
}

extension SignedInContext {
    /// What the caller may do.
    var rights: Rights { Rights(caller) }
}

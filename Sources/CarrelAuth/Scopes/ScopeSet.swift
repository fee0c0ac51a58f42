/// What somebody may do in the end: every permission by name, with nothing left to look up but group members.
///
/// Sub-scopes are listed, `self`, `inherit` and bare filters are resolved. This is what `GET /user` returns, since
/// servers and services expand nothing themselves (reference 1.6).
public struct ScopeSet: Sendable, Equatable {
    /// How far one permission reaches.
    public enum Reach: Sendable, Equatable {
        /// Everything of its kind.
        case everything
        /// What at least one of these lets through.
        case only(Set<ScopeFilter>)
    }

    /// Whose scopes are resolved.
    public enum Owner: Sendable, Equatable {
        /// A user; `self` and `!user` are theirs.
        case user(String)
        /// A service; `!service` is its own, `self` is nothing.
        case service(String)
    }

    private(set) var reaches: [ScopeName: Reach] = [:]

    /// Nothing.
    public static let none = ScopeSet()

    private init() {}

    /// Expands what is written in roles or in a token.
    ///
    /// As JupyterHub 6.1 does it, observed: a filter on one server isn't handed down to the sub-scopes that read about
    /// users; a bare filter without anything to stand for drops the scope.
    ///
    /// - Parameters:
    ///   - scopes: as written.
    ///   - owner: whose they are; nil for a group's role, whose bare filters then mean nothing.
    ///   - resource: the server or service that the token was made for, for `!server` and `!service`.
    ///   - inherited: what `inherit` stands for: the owner's scopes at the time of use.
    ///   - table: the scopes that exist.
    public init(
        expanding scopes: some Sequence<Scope>,
        owner: Owner? = nil,
        resource: OAuthResource? = nil,
        inherited: ScopeSet = .none,
        table: ScopeTable = .standard,
    ) {
        for scope in scopes {
            switch scope.name {
            case .inherit: formUnion(inherited)
            case .own: addOwn(of: owner, table)
            default: add(scope, Self.resolve(scope.filter, owner, resource), table)
            }
        }
    }

    // MARK: - Questions

    /// Whether a permission reaches a target.
    ///
    /// - Parameters:
    ///   - name: which permission.
    ///   - target: on whom, resolved; nil asks whether it reaches everything of its kind.
    ///   - membership: who is in which group.
    /// - Returns: true when it does.
    public func allows(_ name: ScopeName, on target: ScopeFilter? = nil, _ membership: GroupMembership = .none) -> Bool
    {
        switch reaches[name] {
        case nil: false
        case .everything: true
        case .only(let filters):
            target.map { target in filters.contains { $0.encloses(target, membership) } } ?? false
        }
    }

    /// How far a permission reaches, for lists that show only what it lets through.
    ///
    /// - Parameter name: which permission.
    /// - Returns: nil when it isn't held at all.
    public func reach(of name: ScopeName) -> Reach? { reaches[name] }

    /// Whether nothing is allowed.
    public var isEmpty: Bool { reaches.isEmpty }

    /// One text per permission and filter, sorted by code point, as `GET /user` shows them.
    public var texts: [String] {
        reaches
            .flatMap { name, reach -> [String] in
                switch reach {
                case .everything: [name.text]
                case .only(let filters): filters.map { "\(name.text)!\($0.text)" }
                }
            }
            .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }

    // MARK: - Arithmetic

    /// What both sets allow: a token's scopes at use are its own, intersected with its owner's.
    ///
    /// - Parameters:
    ///   - other: the other side.
    ///   - membership: who is in which group. With ``GroupMembership/none`` a user isn't found in a group's filter.
    /// - Returns: never more than either.
    public func intersection(_ other: ScopeSet, _ membership: GroupMembership = .none) -> ScopeSet {
        var result = ScopeSet()
        for (name, mine) in reaches {
            switch (mine, other.reaches[name]) {
            case (_, nil): continue
            case (.everything, let theirs?): result.reaches[name] = theirs
            case (_, .everything): result.reaches[name] = mine
            case (.only(let first), .only(let second)):
                let met = first.flatMap { one in second.compactMap { one.meeting($0, membership) } }
                if !met.isEmpty { result.reaches[name] = .only(Set(met)) }
            }
        }
        return result
    }

    /// Whether the other set allows all that this one does.
    ///
    /// - Parameters:
    ///   - other: what is held.
    ///   - membership: who is in which group.
    /// - Returns: true when nothing is in excess.
    public func isSubset(of other: ScopeSet, _ membership: GroupMembership = .none) -> Bool {
        excess(over: other, membership).isEmpty
    }

    /// What this set allows and the other doesn't; named in the refusal of a token that asks for too much.
    ///
    /// - Parameters:
    ///   - other: what is held.
    ///   - membership: who is in which group.
    /// - Returns: nothing, when all is held.
    public func excess(over other: ScopeSet, _ membership: GroupMembership = .none) -> ScopeSet {
        var result = ScopeSet()
        for (name, mine) in reaches {
            switch mine {
            case .everything:
                if !other.allows(name) { result.reaches[name] = .everything }
            case .only(let filters):
                let beyond = filters.filter { !other.allows(name, on: $0, membership) }
                if !beyond.isEmpty { result.reaches[name] = .only(beyond) }
            }
        }
        return result
    }

    /// Both together.
    ///
    /// - Parameter other: the other side.
    /// - Returns: what either allows.
    public func union(_ other: ScopeSet) -> ScopeSet {
        var result = self
        result.formUnion(other)
        return result
    }
}

// MARK: - Expansion

extension ScopeSet {
    /// What `self` stands for (reference 2.7).
    private static let own: [ScopeName] = [
        .readUsers, .userShares, .readShares, .userActivity, .servers, .tokens, .accessServers,
    ]

    private enum Resolved {
        case everything
        case only(ScopeFilter)
        case nothing
    }

    private static func resolve(_ filter: ScopeFilter?, _ owner: Owner?, _ resource: OAuthResource?) -> Resolved {
        switch filter {
        case nil: return .everything
        case .ownUser:
            if case .user(let name) = owner { return .only(.user(name)) }
            return .nothing
        case .ownServer:
            if case .server(let user, let name) = resource { return .only(.server(user: user, name: name)) }
            return .nothing
        case .ownService:
            if case .service(let name) = resource { return .only(.service(name)) }
            if case .service(let name) = owner { return .only(.service(name)) }
            return .nothing
        case let filter?: return .only(filter)
        }
    }

    private mutating func addOwn(of owner: Owner?, _ table: ScopeTable) {
        guard case .user(let name) = owner else { return }
        for scope in Self.own { add(Scope(scope), .only(.user(name)), table) }
    }

    private mutating func add(_ scope: Scope, _ reach: Resolved, _ table: ScopeTable) {
        for name in table.included(in: scope.name) {
            switch reach {
            case .nothing: return
            case .everything: insert(name, .everything)
            case .only(.server) where name.text.hasPrefix("read:user"): continue
            case .only(let filter): insert(name, .only([filter]))
            }
        }
    }

    private mutating func insert(_ name: ScopeName, _ reach: Reach) {
        switch (reaches[name], reach) {
        case (.everything, _): break
        case (.only(let held), .only(let new)): reaches[name] = .only(held.union(new))
        default: reaches[name] = reach
        }
    }

    private mutating func formUnion(_ other: ScopeSet) {
        for (name, reach) in other.reaches { insert(name, reach) }
    }
}

/// What tokens hold, and what that comes to when one is used.
public enum TokenScopes {
    /// What every token of a user also holds, so that its bearer can ask who it is.
    public static let identifyUser = [Scope(.readUserNames, on: .ownUser), Scope(.readUserGroups, on: .ownUser)]

    /// What every token of a service also holds.
    public static let identifyService = [Scope(.readServiceNames, on: .ownService)]

    /// What a server's own token holds.
    public static let ofServer = Role.server.scopes

    /// What any token granted by OAuth for a resource holds at least (reference 1.11).
    ///
    /// - Parameter resource: what the client is.
    /// - Returns: as written, to be stored with the token.
    public static func required(for resource: OAuthResource) -> [Scope] {
        identifyUser + [resource.accessScope]
    }

    /// What a token allows at the time of use: its own scopes, never beyond its owner's.
    ///
    /// - Parameters:
    ///   - stored: the token's scopes as written.
    ///   - owner: the token's.
    ///   - resource: the server or service it was made for, if any.
    ///   - ownerScopes: what the owner may do now.
    ///   - membership: who is in which group.
    ///   - table: the scopes that exist.
    /// - Returns: what it allows now.
    public static func effective(
        _ stored: [Scope],
        owner: ScopeSet.Owner,
        resource: OAuthResource? = nil,
        ownerScopes: ScopeSet,
        membership: GroupMembership = .none,
        table: ScopeTable = .standard,
    ) -> ScopeSet {
        if stored.contains(where: { $0.name == .inherit }) { return ownerScopes }
        var scopes = stored + (resource.map { [$0.accessScope] } ?? [])
        switch owner {
        case .user: scopes += identifyUser
        case .service: scopes += identifyService
        }
        return ScopeSet(expanding: scopes, owner: owner, resource: resource, table: table)
            .intersection(ownerScopes, membership)
    }
}

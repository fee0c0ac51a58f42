import CarrelAuth
import CarrelModel
import CarrelStore

extension GroupMembership {
    /// Who is in the groups that scopes name in their filters, as the store has it now.
    ///
    /// Read anew for every request, so that who joins or leaves is met by filters at once.
    init(namedIn scopes: [Scope], _ groups: GroupStore) async throws {
        let names = scopes.compactMap { scope -> GroupName? in
            if case .group(let name) = scope.filter { try? GroupName(name) } else { nil }
        }
        self.init(try await groups.members(ofEach: Set(names)))
    }

    /// The groups that one user is in; nobody else is in any.
    init(of user: UserRecord, _ groups: GroupStore) async throws {
        let own = try await groups.all(ofUser: user.id ?? 0)
        self.init(Dictionary(own.map { ($0.name, [user.name]) }, uniquingKeysWith: { first, _ in first }))
    }

    private init(_ members: [GroupName: Set<UserName>]) {
        // Compared byte by byte, as filters are: for Swift's strings `é` as one character and as two are equal.
        let known = members.mapValues { users in Set(users.map { Array($0.text.utf8) }) }
        self.init { user, group in
            (try? GroupName(group)).flatMap { known[$0]?.contains(Array(user.utf8)) } ?? false
        }
    }
}

public import CarrelModel
import CarrelStore

/// How much a home may hold, and whose quota that is.
public struct HomeQuota: Sendable, Equatable {
    /// Whose quota holds for a home.
    public enum Source: Sendable, Equatable {
        /// The user's own.
        case own
        /// That of the members of a group.
        case group(GroupName)
        /// That of everybody: `storage.quota`.
        case everybody
    }

    /// How much; nil for as much as there is room.
    public let size: ByteCount?
    /// Whose quota it is.
    public let source: Source

    /// The rule: the user's own quota, else the largest of those of their groups, else that of everybody.
    ///
    /// A group's quota goes before everybody's also where it is the smaller one. Of two groups with the same quota it is
    /// said to be that of the first.
    init(own: Int64?, groups: [GroupRecord], everybody: ByteCount?) {
        let offers = groups.compactMap { group in group.homeQuota.map { (bytes: $0, name: group.name) } }
        let largest = offers.map(\.bytes).max()
        if let own {
            (size, source) = (ByteCount(bytes: own), .own)
        } else if let best = offers.filter({ $0.bytes == largest }).min(by: { $0.name < $1.name }) {
            (size, source) = (ByteCount(bytes: best.bytes), .group(best.name))
        } else {
            (size, source) = (everybody, .everybody)
        }
    }
}

extension HomeQuota.Source {
    /// In the REST API: `own`, `group` or `everybody`.
    var text: String {
        switch self {
        case .own: "own"
        case .group: "group"
        case .everybody: "everybody"
        }
    }

    /// The group whose quota it is, if it is a group's.
    public var group: GroupName? {
        if case .group(let name) = self { name } else { nil }
    }
}

/// Finds out how much homes may hold, from the store as it is at that moment.
struct HomeQuotaBook: Sendable {
    let groups: GroupStore
    /// What a home may hold for which nothing else is said; nil for as much as there is room.
    let everybody: @Sendable () -> ByteCount?

    /// How much a user's home may hold.
    func quota(of user: UserRecord) async throws -> HomeQuota {
        let groups = user.homeQuota == nil ? try await groups.all(ofUser: user.id ?? 0) : []
        return HomeQuota(own: user.homeQuota, groups: groups, everybody: everybody())
    }

    /// How much the home of a server may hold: what its instance says, else the rule for its user.
    @Sendable func size(of owned: OwnedServer) async throws -> ByteCount? {
        if let quota = owned.instance.settings.quota { return quota }
        return try await quota(of: owned.owner).size
    }

    /// How much the home of each of many users may hold.
    func quotas() async throws -> @Sendable (UserRecord) -> HomeQuota {
        let (groups, everybody) = (try await groups.byUser(), everybody())
        return { HomeQuota(own: $0.homeQuota, groups: groups[$0.id ?? 0] ?? [], everybody: everybody) }
    }
}

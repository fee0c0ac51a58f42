import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// What can be known and asked about homes and their quotas; pages and API stand before it.
struct HomeDesk: Sendable {
    let store: Store
    let storage: any HomeStorage
    let files: any HomeFiles
    let board: UsageBoard
    /// What a home may hold whose user has no quota of their own or of a group; nil for as much as there is room.
    let defaultQuota: @Sendable () -> ByteCount?
    /// The homes that somebody has, that of the default instance first.
    let homes: @Sendable (UserRecord) async throws -> [TakeoutHome]
    let now: @Sendable () -> Date

    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// A user's home in the default instance.
    static func home(of user: UserName) -> HomeID { HomeID(instance: "default", slug: user.unixName) }

    /// How much homes may hold.
    var quotas: HomeQuotaBook { HomeQuotaBook(groups: store.groups, everybody: defaultQuota) }

    /// What a user's home holds and may hold, as last read; nil when nobody can tell.
    func usage(of user: UserRecord) -> HomeUsage? {
        board.home(Self.home(of: user.name))
    }

    /// Gives a user a quota of their own, or that of their groups or of everybody again; puts it to use at once.
    ///
    /// - Returns: why it could only be noted, and holds from the next start; nil when it holds now.
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    func setQuota(_ quota: ByteCount?, of name: UserName) async throws -> SpawnError? {
        let details = ["quota": quota?.description ?? "default"]
        let noted = audit.noting(.quotaChanged, .account(name), details: details)
        let user = try await noted.users.change(name) { $0.homeQuota = quota?.bytes }
        return try await settle(user, try await quotas.quota(of: user).size)
    }

    /// Grants a request; room becomes the user's quota at once, and who asked for a group is in it at once.
    ///
    /// - Parameters:
    ///   - id: which request.
    ///   - quota: of one for room: how much the home may hold.
    ///   - group: of one for a group: which one, if the user is to join one.
    ///   - answer: what the admin says.
    ///   - admin: who answers.
    /// - Returns: why the quota could only be noted; nil when there was none or it holds now.
    /// - Throws: what the store says of the request.
    func grant(
        _ id: Int64,
        quota: ByteCount?,
        group: GroupName? = nil,
        answer: String,
        by admin: UserName,
    ) async throws -> SpawnError? {
        let owner = try await store.requests.withID(id)?.owner.name
        var details = ["request": "\(id)", "answer": "granted"]
        details["quota"] = quota?.description
        details["group"] = group?.text
        let target = owner.map { AuditEvent.Target.account($0) } ?? .hub
        let answered = try await audit.noting(.requestAnswered, target, details: details).requests.answer(
            id,
            with: .granted,
            answer: answer,
            by: admin,
            quota: quota,
            group: group,
            at: now(),
        )
        guard quota != nil || group != nil else { return nil }
        return try await settle(answered.owner, try await quotas.quota(of: answered.owner).size)
    }

    /// What each home may hold, as it is now; one whose user is gone as much as everybody's.
    func wantedQuotas() async throws -> @Sendable (HomeID) -> ByteCount? {
        let users = try await store.users.all().map { ($0.name.unixName, $0) }
        let owners = Dictionary(users, uniquingKeysWith: { first, _ in first })
        let instances = try await store.instances.all().map { ($0.name.text, $0.settings.quota) }
        let ofInstances = Dictionary(uniqueKeysWithValues: instances)
        let quota = try await quotas.quotas()
        return { home in
            if let own = ofInstances[home.instance] ?? nil { return own }
            return owners[home.slug].map { quota($0).size } ?? defaultQuota()
        }
    }

    /// Puts the quotas of some homes to use, after something changed that they follow from.
    ///
    /// - Returns: why one of them could only be noted; nil when all hold now.
    func applyQuotas(of names: [UserName]) async throws -> SpawnError? {
        let quota = try await quotas.quotas()
        var problem: SpawnError?
        for name in names {
            guard let user = try await store.users.named(name) else { continue }
            problem = try await settle(user, quota(user).size) ?? problem
        }
        return problem
    }

    /// Puts the quotas of all homes to use that are not what they should be, after the command line changed some.
    ///
    /// A home that is gone meanwhile, such as a visitor's, needs none.
    ///
    /// - Throws: what the storage says; the other homes have their quotas then.
    func applyQuotas() async throws {
        let quotas = try await wantedQuotas()
        var problem: SpawnError?
        for (home, usage) in try await storage.usages() {
            let wanted = quotas(home)
            guard usage.quota != wanted, let failure = await apply(wanted, to: home) else { continue }
            if await storage.homes(in: home.instance).contains(home) { problem = failure }
        }
        if let problem { throw problem }
    }

    /// Whether all homes of an instance may hold what its settings say, whoever they belong to.
    func hasOwnQuota(_ instance: String) async throws -> Bool {
        guard let name = try? InstanceName(instance) else { return false }
        return try await store.instances.named(name)?.settings.quota != nil
    }

    /// Gives a user's homes a quota, but for those whose instance has one.
    private func settle(_ user: UserRecord, _ quota: ByteCount?) async throws -> SpawnError? {
        var problem: SpawnError?
        for home in try await homes(user) where try await !hasOwnQuota(home.id.instance) {
            problem = await apply(quota, to: home.id) ?? problem
        }
        return problem
    }

    private func apply(_ quota: ByteCount?, to home: HomeID) async -> SpawnError? {
        do {
            try await storage.setQuota(quota, of: home)
        } catch {
            return error
        }
        board.note(quota: quota, of: home)
        return nil
    }
}

import Foundation

/// The stores of all people who use the gateway; those of data sources are kept, with what is known of their connections.
public actor StoreShelf {
    private struct Key: Hashable {
        let user: Int64
        let source: String
    }

    private struct Kept {
        let store: GuardedStore
        var plan: DataSourcePlan
        /// The folder in which the person finds it.
        var folder: String
        var lastUsed: Date
    }

    private let maker: SourceMaker
    private let workers: LocalWorkers
    private let now: @Sendable () -> Date
    private var kept: [Key: Kept] = [:]

    /// How long a connection that nobody uses is remembered.
    private static let memory: TimeInterval = 3600

    init(maker: SourceMaker, workers: LocalWorkers, now: @escaping @Sendable () -> Date = { Date() }) {
        self.maker = maker
        self.workers = workers
        self.now = now
    }

    /// The store of a person's folder.
    func store(_ plan: DataFolderPlan, of user: Int64) -> any DataStore {
        switch plan.store {
        case .local(let folder): local(folder)
        case .source(let source): guarded(source, in: plan.name, of: user)
        }
    }

    /// What becomes of a connection; nothing is kept of one that isn't in use.
    func check(_ plan: DataSourcePlan, of user: Int64) async -> ConnectionState {
        if let known = kept[Key(user: user, source: plan.name)], known.plan == plan {
            return await known.store.checkNow()
        }
        return await GuardedStore(maker.store(of: plan, for: user)).checkNow()
    }

    /// Looks at those of a person's connections of which nothing is known yet, and keeps what it finds.
    func lookFirst(at folders: [DataFolderPlan], of user: Int64) async {
        let unknown = folders.compactMap { folder -> GuardedStore? in
            guard case .source(let plan) = folder.store else { return nil }
            let store = guarded(plan, in: folder.name, of: user)
            return store.report.state == nil ? store : nil
        }
        await withTaskGroup { group in
            for store in unknown { group.addTask { _ = await store.check() } }
        }
    }

    /// What is known of a person's connections, by source.
    ///
    /// - Parameters:
    ///   - user: whose.
    ///   - conflicts: files of theirs of which both versions were kept, as paths from the folder on.
    /// - Returns: a report for each connection that was used.
    func reports(of user: Int64, conflicts: [DataPath] = []) -> [String: ConnectionReport] {
        var reports: [String: ConnectionReport] = [:]
        for (key, kept) in kept where key.user == user {
            let report = kept.store.report
            guard let state = report.state else { continue }
            reports[key.source] = ConnectionReport(
                state: state,
                since: report.since,
                lastFault: report.lastFault,
                conflicts: conflicts.filter { $0.names.first?.text == kept.folder }.map(\.description),
            )
        }
        return reports
    }

    /// Forgets a person's connections, and what they are signed in with: something of it was changed.
    func forget(_ user: Int64) {
        kept = kept.filter { $0.key.user != user }
    }

    /// A person has signed in, which opens these sources: each is used with that from now on, and looked at at once.
    ///
    /// Those for which they typed something stay as they are. Returns before it is known what became of the others.
    func signedIn(_ user: Int64, for sources: Set<String>) {
        let opened = kept.filter { key, one in
            key.user == user && sources.contains(key.source) && one.plan.credential == nil
        }.values
        for one in opened { one.store.use(maker.store(of: one.plan, for: user)) }
        Task {
            await withTaskGroup { group in
                for one in opened { group.addTask { _ = await one.store.checkNow() } }
            }
        }
    }

    /// Looks at connections in use that are down and may be up again, as far as a try is due.
    func lookAgain() async {
        let limit = now().addingTimeInterval(-Self.memory)
        kept = kept.filter { $0.value.lastUsed > limit }
        let down = kept.values.map(\.store).filter { $0.report.state?.isPassing == true }
        await withTaskGroup { group in
            for store in down { group.addTask { _ = await store.check() } }
        }
    }

    /// A home; where the account isn't one that may own files, nothing is shown.
    private func local(_ plan: LocalStorePlan) -> any DataStore {
        var account: LocalAccount?
        if let named = plan.account {
            account = LocalAccount(uid: named.uid, gid: named.gid, groups: named.groups)
            guard account != nil else { return UnusableStore(.unfit("This folder belongs to nobody.")) }
        }
        return LocalStore(
            path: plan.path,
            account: account,
            workers: workers,
            isWritable: plan.isWritable,
        )
    }

    private func guarded(_ plan: DataSourcePlan, in folder: String, of user: Int64) -> GuardedStore {
        let key = Key(user: user, source: plan.name)
        if let known = kept[key] {
            // Another credential is another try; another address would be, too.
            if known.plan != plan { known.store.renew(maker.store(of: plan, for: user)) }
            kept[key] = Kept(store: known.store, plan: plan, folder: folder, lastUsed: now())
            return known.store
        }
        let limit = now().addingTimeInterval(-Self.memory)
        kept = kept.filter { $0.value.lastUsed > limit }
        let store = GuardedStore(maker.store(of: plan, for: user))
        kept[key] = Kept(store: store, plan: plan, folder: folder, lastUsed: now())
        return store
    }
}

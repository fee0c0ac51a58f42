public import CarrelModel
public import Foundation
import Synchronization

/// Homes as ordinary folders, for file systems that keep no quotas for us: use is counted now and then.
public final class PlainHomes: HomeStorage {
    /// A count and when it was made.
    private struct Count {
        var bytes: ByteCount
        var at: ContinuousClock.Instant
    }

    /// What is counted.
    enum Counted: Hashable {
        case home(HomeID)
        case common(CommonFolder)
    }

    private struct Known {
        var counts: [Counted: Count] = [:]
        var quotas: [Counted: ByteCount] = [:]
    }

    /// Why quotas aren't a wall here.
    public let quotaStrength: QuotaStrength
    let folder: HomesFolder
    /// The folder of all homes.
    var homes: String { folder.path }
    let work: any BlockingWork
    private let known = Mutex(Known())

    /// How old a count may be.
    static let longestAge = Duration.seconds(600)
    /// How long counting one home may take before a start; what was found by then is compared with the quota.
    static let longestCount = Duration.seconds(20)

    /// Makes a storage; nothing is touched yet.
    ///
    /// - Parameters:
    ///   - homes: absolute path of the folder of all homes.
    ///   - reason: why quotas are only counted, as a sentence.
    ///   - work: counts.
    public init(homes: String, reason: String, work: any BlockingWork) {
        folder = HomesFolder(path: homes)
        quotaStrength = .counted(reason: reason)
        self.work = work
    }

    /// Makes sure a home is there; see ``HomeStorage``.
    public func prepare(_ home: HomeID, owner: Account?, quota: ByteCount?) async throws(SpawnError) -> String {
        let path = try HomeDirectory.prepare(
            in: folder.path,
            instance: home.instance,
            slug: home.slug,
            account: owner,
        )
        known.withLock { $0.quotas[.home(home)] = quota }
        guard let quota else { return path }
        // Somebody may have just removed files to be let in: an old count must not keep them out.
        let used = await used(.home(home), isFine: { $0 <= quota })
        if used > quota { throw .homeFull(used: used, quota: quota) }
        return path
    }

    /// Notes a home's quota for its next start.
    public func setQuota(_ quota: ByteCount?, of home: HomeID) async throws(SpawnError) {
        known.withLock { $0.quotas[.home(home)] = quota }
    }

    /// What all homes hold, by counts of the last ten minutes.
    public func usages() async throws(SpawnError) -> [HomeID: HomeUsage] {
        let homes = await names()
        var usages: [HomeID: HomeUsage] = [:]
        for home in homes {
            let used = await used(.home(home), isFine: { _ in true })
            usages[home] = HomeUsage(used: used, quota: known.withLock { $0.quotas[.home(home)] })
        }
        return usages
    }

    /// None: ordinary folders have no restore points.
    public func restorePointFolder(of home: HomeID) -> String? { nil }

    /// None.
    public func restorePoints(of home: HomeID) async throws(SpawnError) -> [RestorePoint] { [] }

    /// Takes none.
    public func takeRestorePoint(of home: HomeID, at date: Date) async throws(SpawnError) -> RestorePoint? { nil }

    /// Forgets nothing.
    public func removeRestorePoint(_ point: RestorePoint, of home: HomeID) async throws(SpawnError) {}

    // MARK: Counting

    func names() async -> [HomeID] {
        (try? await work.run { [folder] in folder.homes() }) ?? []
    }

    /// What a folder holds by a count that isn't old and is good enough, else by a new one.
    func used(_ counted: Counted, isFine: (ByteCount) -> Bool) async -> ByteCount {
        if let count = known.withLock({ $0.counts[counted] }), isFine(count.bytes),
            ContinuousClock.now - count.at < Self.longestAge
        {
            return count.bytes
        }
        return await count(counted, within: Self.longestCount)
    }

    private func count(_ counted: Counted, within limit: Duration) async -> ByteCount {
        let found = try? await work.run { [folder] in
            let opened: Descriptor? =
                switch counted {
                case .home(let home): folder.opened(home)
                case .common(let common): CommonFolders(homes: folder.path).opened(common)
                }
            return opened.map { FolderCount($0, within: limit).bytes }
        }
        let bytes = ByteCount(bytes: (found ?? nil) ?? 0)
        known.withLock { $0.counts[counted] = Count(bytes: bytes, at: .now) }
        return bytes
    }

    func forget(_ home: HomeID) {
        known.withLock { known in
            known.counts[.home(home)] = nil
            known.quotas[.home(home)] = nil
        }
    }

    func note(_ quota: ByteCount?, of folder: CommonFolder) {
        known.withLock { $0.quotas[.common(folder)] = quota }
    }

    func quota(of folder: CommonFolder) -> ByteCount? {
        known.withLock { $0.quotas[.common(folder)] }
    }
}

public import CarrelModel
import Glibc

/// Homes as subvolumes of btrfs: quotas are a wall, and the state of a home can be kept.
///
/// A home is `<homes>/<instance>/<slug>`, its restore points are read-only snapshots
/// `<homes>/.restore/<instance>/<slug>/<2026-11-21T14:00>`. For a hub that is root.
public struct BtrfsHomes: HomeStorage {
    let folder: HomesFolder
    let btrfs: BtrfsProgram
    let work: any BlockingWork
    let setpriv: String

    /// A wall.
    public var quotaStrength: QuotaStrength { .hard }

    /// Makes a storage; nothing is touched yet.
    ///
    /// - Parameters:
    ///   - homes: absolute path of the folder of all homes, on btrfs with quotas enabled.
    ///   - btrfs: absolute path of the program.
    ///   - setpriv: absolute path of util-linux's program.
    ///   - work: looks through folders.
    public init(
        homes: String,
        btrfs: String = "/usr/bin/btrfs",
        setpriv: String = "/usr/bin/setpriv",
        work: any BlockingWork,
    ) {
        folder = HomesFolder(path: homes)
        self.btrfs = BtrfsProgram(path: btrfs)
        self.setpriv = setpriv
        self.work = work
    }

    /// Makes sure a home is there and has its quota before it has its user; see ``HomeStorage``.
    ///
    /// A plain folder from before becomes a subvolume, unless somebody uses it at the moment.
    public func prepare(_ home: HomeID, owner: Account?, quota: ByteCount?) async throws(SpawnError) -> String {
        let path = folder.path(of: home)
        guard home.isPlain else {
            throw .cannotPrepareHome(path: path, reason: "the instance or the user has no plain file name")
        }
        try HomeDirectory.prepareFolder(of: home.instance, in: folder.path)
        try await checked(path) { () async throws(ProgramFailure) in
            if folder.opened(home) == nil { try await makeSubvolume(home) }
        }
        try RestorePointFolder(homes: folder.path, home: home).make()
        try await convertIfPlain(home)
        try await checked(path) { () async throws(ProgramFailure) in
            if subvolume(home) != nil { try await btrfs.limit(path, to: quota) }
        }
        return try HomeDirectory.prepare(in: folder.path, instance: home.instance, slug: home.slug, account: owner)
    }

    /// Changes a quota at once.
    public func setQuota(_ quota: ByteCount?, of home: HomeID) async throws(SpawnError) {
        guard subvolume(home) != nil else { return }
        let path = folder.path(of: home)
        try await checked(path) { () async throws(ProgramFailure) in try await btrfs.limit(path, to: quota) }
    }

    /// What all homes hold, as of the file system's last transaction, which is some 30 s ago at most.
    ///
    /// Homes that are still plain folders aren't among them: nothing counts those.
    public func usages() async throws(SpawnError) -> [HomeID: HomeUsage] {
        let numbers = await subvolumes()
        var table: QgroupTable?
        try await checked(folder.path) { () async throws(ProgramFailure) in
            table = try await btrfs.usages(on: folder.path)
        }
        return numbers.compactMapValues { table?.usages[$0] }
    }

    /// The homes that are plain folders still, and so aren't held to a quota.
    public func plainFolders() async -> [HomeID] {
        (try? await work.run { [folder] in folder.plainFolders() }) ?? []
    }

    // MARK: How it is done

    func subvolume(_ home: HomeID) -> Subvolume? {
        folder.opened(home).flatMap { Subvolume($0) }
    }

    private func subvolumes() async -> [HomeID: UInt64] {
        let found = try? await work.run { [folder] in
            folder.homes().reduce(into: [HomeID: UInt64]()) { numbers, home in
                numbers[home] = folder.opened(home).flatMap { Subvolume($0) }?.id
            }
        }
        return found ?? [:]
    }

    private func makeSubvolume(_ home: HomeID) async throws(ProgramFailure) {
        do {
            try await btrfs.createSubvolume(folder.path(of: home))
        } catch {
            // Two servers of one user may begin at once.
            if subvolume(home) == nil { throw error }
        }
    }

    /// Runs what calls the program, and tells its failure as one of the home.
    func checked(_ path: String, _ body: () async throws(ProgramFailure) -> Void) async throws(SpawnError) {
        do {
            try await body()
        } catch {
            throw .cannotPrepareHome(path: path, reason: error.message)
        }
    }
}

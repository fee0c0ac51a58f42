public import CarrelModel

/// Common folders are subvolumes beside the homes, so their quotas are walls too.
extension BtrfsHomes: CommonFolderStorage {
    private var commonFolders: CommonFolders { CommonFolders(homes: folder.path) }

    /// Where it is; see ``CommonFolderStorage``.
    public func path(of folder: CommonFolder) -> String { commonFolders.path(of: folder) }

    /// Beside the homes.
    public var commonParents: [String] { commonFolders.parents }

    /// Whether it has its store.
    public func hasStore(_ folder: CommonFolder) -> Bool { commonFolders.hasStore(folder) }

    /// Makes sure a folder is there and has its quota before anybody has it; see ``CommonFolderStorage``.
    public func prepare(
        _ folder: CommonFolder,
        owner: UInt32?,
        quota: ByteCount?,
    ) async throws(SpawnError) -> String {
        let folders = commonFolders
        let path = folders.path(of: folder)
        try folders.makeParent(of: folder)
        do {
            if folders.opened(folder) == nil { try await makeSubvolume(folder) }
            if isSubvolume(folder) { try await btrfs.limit(path, to: quota) }
        } catch {
            throw .cannotPrepareFolder(path: path, reason: error.message)
        }
        try folders.make(folder, owner: owner)
        return path
    }

    /// Changes a quota at once.
    public func setQuota(_ quota: ByteCount?, of folder: CommonFolder) async throws(SpawnError) {
        guard isSubvolume(folder) else { return }
        let path = commonFolders.path(of: folder)
        do {
            try await btrfs.limit(path, to: quota)
        } catch {
            throw .cannotPrepareFolder(path: path, reason: error.message)
        }
    }

    /// Removes one at once; its room comes free by and by.
    public func remove(_ folder: CommonFolder) async throws(SpawnError) {
        try await removed(folder, in: commonFolders, by: work)
    }

    /// What they hold, as of the file system's last transaction.
    public func commonUsages() async throws(SpawnError) -> [CommonFolder: HomeUsage] {
        let folders = commonFolders
        let found = try? await work.run {
            folders.all().reduce(into: [CommonFolder: UInt64]()) { numbers, one in
                numbers[one] = folders.opened(one).flatMap { Subvolume($0) }?.id
            }
        }
        guard let numbers = found, !numbers.isEmpty else { return [:] }
        do {
            let table = try await btrfs.usages(on: folder.path)
            return numbers.compactMapValues { table.usages[$0] }
        } catch {
            throw .cannotPrepareFolder(path: folder.path, reason: error.message)
        }
    }

    private func isSubvolume(_ folder: CommonFolder) -> Bool {
        commonFolders.opened(folder).flatMap { Subvolume($0) } != nil
    }

    private func makeSubvolume(_ folder: CommonFolder) async throws(ProgramFailure) {
        do {
            try await btrfs.createSubvolume(commonFolders.path(of: folder))
        } catch {
            // Two members may begin at once.
            if !isSubvolume(folder) { throw error }
        }
    }
}

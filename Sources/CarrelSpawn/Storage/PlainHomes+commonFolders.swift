public import CarrelModel

/// Common folders are ordinary folders beside the homes: what they hold is only counted.
extension PlainHomes: CommonFolderStorage {
    /// Where it is; see ``CommonFolderStorage``.
    public func path(of folder: CommonFolder) -> String { CommonFolders(homes: homes).path(of: folder) }

    /// Beside the homes.
    public var commonParents: [String] { CommonFolders(homes: homes).parents }

    /// Whether it has its store.
    public func hasStore(_ folder: CommonFolder) -> Bool { CommonFolders(homes: homes).hasStore(folder) }

    /// Makes sure a folder is there; see ``CommonFolderStorage``.
    public func prepare(
        _ folder: CommonFolder,
        owner: UInt32?,
        quota: ByteCount?,
    ) async throws(SpawnError) -> String {
        let folders = CommonFolders(homes: homes)
        try folders.makeParent(of: folder)
        try folders.make(folder, owner: owner)
        note(quota, of: folder)
        return folders.path(of: folder)
    }

    /// Notes a quota, to be shown beside what is counted.
    public func setQuota(_ quota: ByteCount?, of folder: CommonFolder) async throws(SpawnError) {
        note(quota, of: folder)
    }

    /// Removes one, file by file.
    public func remove(_ folder: CommonFolder) async throws(SpawnError) {
        let folders = CommonFolders(homes: homes)
        try await removed(folder, in: folders, by: work)
    }

    /// What they hold by counts of the last ten minutes.
    public func commonUsages() async throws(SpawnError) -> [CommonFolder: HomeUsage] {
        let folders = CommonFolders(homes: homes)
        let found = (try? await work.run { folders.all() }) ?? []
        var usages: [CommonFolder: HomeUsage] = [:]
        for folder in found {
            let used = await used(.common(folder), isFine: { _ in true })
            usages[folder] = HomeUsage(used: used, quota: quota(of: folder))
        }
        return usages
    }
}

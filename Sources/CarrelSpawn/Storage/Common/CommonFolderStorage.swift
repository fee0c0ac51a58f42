public import CarrelModel

/// Keeps project folders and shared folders beside the homes, each with a quota of its own that counts for no home.
public protocol CommonFolderStorage: Sendable {
    /// Makes sure a folder is there, belongs to its owner, is closed to all else, and has its quota.
    ///
    /// - Parameters:
    ///   - folder: which.
    ///   - owner: the number of the user and the group that its files belong to on the disk; nil for the hub's own user.
    ///   - quota: how much it may hold; nil for as much as there is room.
    /// - Returns: its absolute path.
    /// - Throws: ``SpawnError/cannotPrepareFolder(path:reason:)``, also where files can't be shown as others' own.
    func prepare(_ folder: CommonFolder, owner: UInt32?, quota: ByteCount?) async throws(SpawnError) -> String

    /// Where a folder is, or will be once it is prepared.
    func path(of folder: CommonFolder) -> String

    /// The folders that hold all common folders, each in a folder of its own.
    var commonParents: [String] { get }

    /// Whether a project folder has its store, which ``prepare(_:owner:quota:)`` makes unless something else has its name.
    func hasStore(_ folder: CommonFolder) -> Bool

    /// Changes the quota of a folder at once, also while servers use it; one that isn't there is left.
    func setQuota(_ quota: ByteCount?, of folder: CommonFolder) async throws(SpawnError)

    /// Removes a folder with all in it; one that isn't there is fine, as is one that was being removed.
    ///
    /// Links in it are removed, never followed, and mounts never entered.
    ///
    /// - Throws: ``SpawnError/cannotPrepareFolder(path:reason:)``; what is left is removed by the next call.
    func remove(_ folder: CommonFolder) async throws(SpawnError)

    /// What all such folders hold.
    func commonUsages() async throws(SpawnError) -> [CommonFolder: HomeUsage]
}

/// Removes a folder where that may block.
func removed(
    _ folder: CommonFolder,
    in folders: CommonFolders,
    by work: any BlockingWork,
) async throws(SpawnError) {
    do {
        try await work.run { try folders.remove(folder) }
    } catch let error as SpawnError {
        throw error
    } catch {
        throw .cannotPrepareFolder(path: folders.path(of: folder), reason: "\(error)")
    }
}

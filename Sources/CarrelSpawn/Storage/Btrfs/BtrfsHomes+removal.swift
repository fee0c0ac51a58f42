import CarrelModel
import Glibc

/// Homes as subvolumes are removed at once; the file system gives their room back by and by.
extension BtrfsHomes {
    /// Removes a home with its restore points; see ``HomeStorage``.
    public func remove(_ home: HomeID) async throws(SpawnError) {
        // A conversion that is under way ends first.
        let points = RestorePointFolder(homes: folder.path, home: home)
        let lock = access(points.lockPath, F_OK) == 0 ? try await HomeLock.taken(points) : nil
        defer { lock?.release() }
        try await removal.remove(home)
    }

    /// The homes that are there of an instance.
    public func homes(in instance: String) async -> [HomeID] {
        ((try? await work.run { [folder] in folder.homes() }) ?? []).filter { $0.instance == instance }
    }

    /// Removes what interrupted removals left; see ``HomeStorage``.
    public func finishRemovals() async throws(SpawnError) {
        try await removal.finishAll()
    }

    /// In a home that is full, nothing can be moved before its limit is lifted.
    private var removal: HomeRemoval {
        HomeRemoval(folder: folder, work: work) { [btrfs] path in try? await btrfs.limit(path, to: nil) }
    }
}

/// Homes as folders are removed file by file.
extension PlainHomes {
    /// Removes a home; see ``HomeStorage``.
    public func remove(_ home: HomeID) async throws(SpawnError) {
        try await HomeRemoval(folder: folder, work: work).remove(home)
        forget(home)
    }

    /// The homes that are there of an instance.
    public func homes(in instance: String) async -> [HomeID] {
        await names().filter { $0.instance == instance }
    }

    /// Removes what interrupted removals left; see ``HomeStorage``.
    public func finishRemovals() async throws(SpawnError) {
        try await HomeRemoval(folder: folder, work: work).finishAll()
    }
}

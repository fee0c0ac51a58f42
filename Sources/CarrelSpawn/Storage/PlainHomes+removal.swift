/// Homes as folders are removed file by file.
extension PlainHomes {
    /// Removes a home; see ``HomeStorage``.
    public func remove(_ home: HomeID) async throws(SpawnError) {
        try await HomeRemoval(folder: folder, work: work).remove(home)
        forget(home)
    }

    /// Removes what interrupted removals left; see ``HomeStorage``.
    public func finishRemovals() async throws(SpawnError) {
        try await HomeRemoval(folder: folder, work: work).finishAll()
    }
}

public import Foundation

extension CachedEdits {
    /// Has files that rclone has no whole note of uploaded: beside what they may have been, as nobody knows which parts of them
    /// were written and what they were made from.
    ///
    /// rclone empties a note before it writes it anew; killed in that moment it would forget the edit, and remove the file when
    /// it is started. So this comes before each start, while no rclone runs. Such a file becomes
    /// `NAME (recovered YYYY-MM-DD HH.MM).EXT`, with a note that it is new and to be uploaded whole.
    ///
    /// - Parameters:
    ///   - account: whose the cache is; nothing is touched with other rights, nor through links.
    ///   - date: now.
    /// - Returns: the new paths of the files, by remote.
    /// - Throws: ``DataFault``; then rclone mustn't be started.
    public func rescue(as account: LocalAccount, now date: Date = Date()) async throws(DataFault) -> [String: [String]]
    {
        // Large caches take long.
        let workers = LocalWorkers(threads: 1, limit: .seconds(3600))
        let folder = folder
        let found = try await workers.run(
            as: account,
            of: .user(account.uid),
            opening: { () throws(DataFault) in try LocalRoot(folder, entersMounts: false).folder },
            { folder throws(DataFault) in
                try CacheRescue(cache: folder, mark: "recovered \(NameBeside.stamp(date))").all()
            },
        )
        return found.mapValues { paths in paths.map(\.description).sorted() }
    }
}

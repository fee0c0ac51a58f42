import CFiles
import Glibc
import Synchronization

extension LocalStore {
    private static let pageSize = 500

    /// What is in a folder; see ``DataStore``.
    ///
    /// What is made or removed while it is read may or may not be there.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        try checkShown(folder)
        let pages = try await perform { root throws(DataFault) in try LocalPages(of: folder, below: root) }
        return DataListing {
            { () async throws(DataFault) in
                while !Task.isCancelled {
                    let page = try await workers.run(as: account, of: owner, opening: { pages }) {
                        pages throws(DataFault) in
                        try pages.next(Self.pageSize, isWritable: mayWrite) { shows($0, in: folder) }
                    }
                    if page?.isEmpty != true { return page }
                }
                throw .cancelled
            }
        }
    }

    /// A file's bytes; see ``DataStore``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        try checkShown(file)
        let (opened, entry) = try await perform { root throws(DataFault) in
            let place = try root.place(at: file)
            guard place.facts.isFile else { throw .notAFile }
            let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY
            let opened = try LocalDescriptor(owning: carrel_open_found(place.found.number, flags))
            let facts = try LocalFacts(of: opened)
            guard version == nil || facts.version == version else { throw .changed }
            return (opened, facts.entry(file.last, isWritable: mayWrite && place.isWritable))
        }
        let bytes = try range.bytes(ofSize: entry.size ?? 0)
        return DataContent(
            entry: entry,
            first: bytes.lowerBound,
            body: DataBody(
                size: bytes.upperBound - bytes.lowerBound,
                LocalBytes(file: opened, range: bytes, account: account, owner: owner, workers: workers),
            ),
        )
    }

    /// Whether the folder can be used; see ``DataStore``.
    ///
    /// A folder on a server that hangs is slow after the workers' limit.
    public func check() async -> ConnectionState {
        do {
            let isReadOnly = try await perform { root throws(DataFault) in
                let place = try root.folder(at: .root)
                guard carrel_may(place.found.number, R_OK | X_OK) == 0 else { throw .forbidden }
                return try LocalRoom(of: place.found).isReadOnly
            }
            if isReadOnly || !mayWrite { return .readOnly }
            return try await quota(at: .root).available == 0 ? .overQuota : .connected
        } catch {
            switch error {
            case .unusable(let state): return state
            case .diskSilent: return .slow
            case .forbidden: return .unfit("You have no right to read this folder.")
            default: return .offline
            }
        }
    }

    /// What is used and left; see ``DataStore``.
    ///
    /// Where nobody counts for the account, it is what the file system has.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        try checkShown(folder)
        let all = try await perform { root throws(DataFault) in try LocalRoom(of: root.folder(at: folder).found).quota }
        guard let own = await room?() else { return all }
        let left = [own.available, all.available].compactMap(\.self).min()
        return DataQuota(used: own.used, available: left)
    }
}

/// How much room a file system has.
private struct LocalRoom {
    let quota: DataQuota
    let isReadOnly: Bool

    init(of folder: LocalDescriptor) throws(DataFault) {
        var facts = statvfs()
        guard fstatvfs(folder.number, &facts) == 0 else { throw DataFault(system: errno) }
        let block = UInt64(facts.f_frsize)
        quota = DataQuota(
            used: Self.bytes(UInt64(facts.f_blocks) - min(UInt64(facts.f_blocks), UInt64(facts.f_bfree)), block),
            available: Self.bytes(UInt64(facts.f_bavail), block),
        )
        isReadOnly = UInt(facts.f_flag) & UInt(ST_RDONLY) != 0
    }

    private static func bytes(_ count: UInt64, _ block: UInt64) -> Int64 {
        Int64(clamping: count.multipliedReportingOverflow(by: block).partialValue)
    }
}

/// A folder that is being listed.
private final class LocalPages: Sendable {
    private let root: LocalRoot
    private let place: LocalPlace
    private let path: DataPath
    private let reader: Mutex<LocalFolderReader>

    init(of path: DataPath, below root: LocalRoot) throws(DataFault) {
        self.root = root
        self.path = path
        place = try root.folder(at: path)
        reader = Mutex(try LocalFolderReader(of: place.found))
    }

    /// Looks at the next names, at most so many, and describes those that are shown; nil at the end.
    func next(_ count: Int, isWritable: Bool, shows: (DataName) -> Bool) throws(DataFault) -> [DataEntry]? {
        try reader.withLock { reader throws(DataFault) in
            var page: [DataEntry] = []
            for looked in 0..<count {
                guard let name = try reader.next() else { return looked == 0 ? nil : page }
                guard shows(name), let found = try root.place(of: name, in: place, at: path) else { continue }
                page.append(found.facts.entry(name, isWritable: isWritable && found.isWritable))
            }
            return page
        }
    }
}

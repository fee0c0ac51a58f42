public import WebDAVClient

/// A person's files on a Nextcloud server, such as EUDAT B2DROP, or in any folder of WebDAV.
///
/// A version is the server's ETag, weak or not; a server that gives none has no versions. What has a name that no file
/// of a Linux machine can have (more than 255 bytes) is left out, and so is what a broken upload may have left behind.
public struct WebDAVStore: DataStore {
    private let remote: WebDAVRemote
    /// How many entries a page has at most.
    private static let page = 500

    /// Offers a folder.
    ///
    /// - Parameter remote: the folder, and who asks for it.
    public init(_ remote: WebDAVRemote) {
        self.remote = remote
    }

    /// Times are kept by Nextcloud only.
    public var abilities: DataAbilities {
        DataAbilities(isWritable: true, keepsTimes: remote.settings.isNextcloud, tellsVersions: true)
    }

    /// Whether address and credential are good, and whether something may be made in the folder.
    public func check() async -> ConnectionState {
        let state = await remote.check().state
        guard state == .connected else { return state }
        do {
            return try await entry(at: .root).isWritable ? .connected : .readOnly
        } catch {
            guard case .unusable(let state) = error else { return .connected }
            return state
        }
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        guard let found = try await found(try Self.place(of: path, hidden: .notFound)) else { throw .notFound }
        return Self.entry(found, name: path.last)
    }

    /// See ``DataStore/entries(of:)``; a file is seen as one when the first page is taken.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let place = try Self.place(of: folder, hidden: .notFound)
        let list: WebDAVListing
        do { list = try await remote.list(place) } catch { throw error.fault }
        return DataListing {
            var entries = list.makeAsyncIterator()
            return { () async throws(DataFault) in try await Self.page(of: &entries) }
        }
    }

    private static func page(
        of entries: inout WebDAVListing.AsyncIterator
    ) async throws(DataFault) -> [DataEntry]? {
        var page: [DataEntry] = []
        do {
            while page.count < Self.page, let entry = try await entries.next() {
                guard let name = entry.path.last, !name.isUploadRemnant, let name = DataName(bytes: name.bytes) else {
                    continue
                }
                page.append(Self.entry(entry, name: name))
            }
        } catch {
            throw DataFault(error)
        }
        return page.isEmpty ? nil : page
    }

    /// See ``DataStore/read(_:_:of:)``.
    ///
    /// Servers answer the reading of a folder with a page of some sort, which has no ETag.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        let place = try Self.place(of: file, hidden: .notFound)
        let etag = try version.map { version throws(DataFault) in try Self.etag(version, otherwise: .changed) }
        var size: Int64?
        if range.isFromEnd { size = try await fileSize(place) }
        do {
            let content = try await remote.read(place, try range.asked(size: size), version: etag)
            if content.etag == nil { _ = try await fileSize(place) }
            let entry = DataEntry(
                name: file.last,
                kind: .file(size: content.total),
                modified: content.modified.map { DataTime($0) },
                version: content.etag.map(Self.version)
            )
            let pieces = MappedPieces(base: content.body) { error in
                let fault = DataFault(error)
                return fault == .unusable(.offline) ? .interrupted : fault
            }
            return DataContent(entry: entry, first: content.first, body: DataBody(size: content.count, pieces))
        } catch let error as WebDAVError {
            throw try await whyUnread(place, error)
        } catch {
            throw DataFault(error)
        }
    }

    /// See ``DataStore/write(_:to:if:modified:)``; where it can't be said whether a write was made that is
    /// ``DataFault/unclear``.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        let place = try Self.place(of: file, hidden: .unfitName)
        guard place != .root else { throw .notAFile }
        // A server would put the file in place of a folder, with all that is in it.
        if try await found(place)?.kind == .folder { throw .notAFile }
        let source = UploadSource(body)
        let written: WebDAVWritten
        do {
            written = try await remote.write(
                place,
                source,
                size: body.size,
                condition: try Self.condition(condition),
                modified: modified?.date
            )
        } catch {
            let fault = source.fault(DataFault(error)).ofParent
            throw condition == .isNew && fault == .alreadyThere ? .changed : fault
        }
        let there = try? await entry(at: file)
        let version = written.etag.map(Self.version)
        if let there, version == nil || there.version == version, there.size == source.count { return there }
        return DataEntry(name: file.last, kind: .file(size: source.count), version: version)
    }

    /// See ``DataStore/makeFolder(at:)``.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        let place = try Self.place(of: path, hidden: .unfitName)
        // Not every server refuses what it should, and some empty the target of a move before they look for its source.
        guard try await found(place) == nil else { throw .alreadyThere }
        do {
            try await remote.makeFolder(place)
        } catch {
            guard error.leavesOpen, try await found(place)?.kind == .folder else { throw error.fault.ofParent }
        }
    }

    /// See ``DataStore/move(_:to:replaces:)``.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        let from = try Self.place(of: source, hidden: .notFound)
        let to = try Self.place(of: target, hidden: .unfitName)
        guard from != .root, to != .root else { throw .forbidden }
        guard source != target else { return }
        guard !target.isIn(source), !source.isIn(target) else { throw .intoItself }
        guard try await found(from) != nil else { throw .notFound }
        do {
            try await remote.move(from, to: to, replaces ? .allowed : .refused)
        } catch {
            if error.leavesOpen, try await found(from) == nil { return }
            // Not every server says with 409 that there is no folder above.
            if error.isUnclear, let parent = to.parent, try await found(parent)?.kind != .folder { throw .noParent }
            throw error.fault
        }
    }

    /// See ``DataStore/remove(_:)``.
    public func remove(_ path: DataPath) async throws(DataFault) {
        let place = try Self.place(of: path, hidden: .notFound)
        do {
            try await remote.delete(place)
        } catch {
            if error.leavesOpen, try await found(place) == nil { return }
            throw error.fault
        }
    }

    /// See ``DataStore/quota(at:)``.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        let place = try Self.place(of: folder, hidden: .notFound)
        do {
            let quota = try await remote.quota(at: place)
            guard case .bytes(let room) = quota.available else { return DataQuota(used: quota.used, available: nil) }
            return DataQuota(used: quota.used, available: room)
        } catch {
            throw error.fault
        }
    }

    // MARK: - How it is done

    /// What is at a place; also looked for after a change whose answer didn't come.
    private func found(_ place: WebDAVPath) async throws(DataFault) -> WebDAVEntry? {
        do { return try await remote.entry(at: place) } catch { throw error.fault }
    }

    private func fileSize(_ place: WebDAVPath) async throws(DataFault) -> Int64? {
        guard let entry = try await found(place) else { throw .notFound }
        guard entry.kind == .file else { throw .notAFile }
        return entry.size
    }

    /// What the reading of a folder, or behind a file's end, really was.
    private func whyUnread(_ place: WebDAVPath, _ error: WebDAVError) async throws(DataFault) -> DataFault {
        switch error {
        case .rangeOutside: return .rangeOutside(size: try await fileSize(place))
        case .redirected, .refused, .notOffered, .malformed, .notFound:
            _ = try await fileSize(place)
            return error.fault
        default: return error.fault
        }
    }

    private static func place(of path: DataPath, hidden: DataFault) throws(DataFault) -> WebDAVPath {
        var names: [WebDAVName] = []
        for name in path.names {
            guard let name = WebDAVName(bytes: name.bytes), !name.isUploadRemnant else { throw hidden }
            names.append(name)
        }
        return WebDAVPath(names)
    }

    private static func entry(_ found: WebDAVEntry, name: DataName?) -> DataEntry {
        DataEntry(
            name: name,
            kind: found.kind == .folder ? .folder : .file(size: found.size),
            modified: found.modified.map { DataTime($0) },
            version: found.etag.map(version),
            isWritable: found.permissions.map { letters in
                found.kind == .file ? letters.allowsWriting : letters.allowsMakingFiles || letters.allowsMakingFolders
            } ?? true
        )
    }

    private static func version(_ etag: ETag) -> DataVersion { DataVersion(etag.strong.text) }

    private static func etag(_ version: DataVersion, otherwise fault: DataFault) throws(DataFault) -> ETag {
        guard let etag = ETag(version.text) else { throw fault }
        return etag
    }

    private static func condition(_ condition: DataCondition) throws(DataFault) -> WebDAVCondition {
        switch condition {
        case .none: .none
        case .isNew: .isNew
        case .version(let version): .version(try etag(version, otherwise: .changed))
        }
    }
}

extension WebDAVError {
    /// Whether a change may have been made all the same.
    fileprivate var leavesOpen: Bool {
        switch self {
        case .offline, .timedOut: true
        default: false
        }
    }

    /// Whether it may be said of many things.
    fileprivate var isUnclear: Bool {
        switch self {
        case .refused, .forbidden, .notFound: true
        default: false
        }
    }
}

extension DataRange {
    fileprivate var isFromEnd: Bool { if case .last = self { true } else { false } }

    /// As WebDAV's client takes it.
    fileprivate func asked(size: Int64?) throws(DataFault) -> WebDAVRange {
        switch self {
        case .all, .from(0): return .all
        case .from(let first): return .from(first)
        case .last(let count):
            guard let size, count > 0, size > 0 else { throw .rangeOutside(size: size) }
            return count >= size ? .all : .from(size - count)
        case .bytes(let range):
            guard !range.isEmpty else { throw .rangeOutside(size: size) }
            return .bytes(range)
        }
    }
}

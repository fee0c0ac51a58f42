import Crypto
import Foundation
public import OnedataClient
import Synchronization

/// A person's spaces in an Onedata, such as EGI DataHub: each is a folder at the top.
///
/// Onedata has no versions. What is given as one is made of a file's id, its time in whole seconds and its size, so a change
/// in place within a second that keeps the size isn't seen; a file that is written through here gets a new id, and so always
/// another version. A condition is looked at before the first byte goes and again after the last one: a change that somebody
/// else makes in the moment between that and the renaming is lost.
///
/// Left out are symbolic links, and what unfinished writes have put beside files.
public struct OnedataStore: DataStore {
    private let client: OnedataClient
    private let learnt = Learnt()

    /// Offers a person's spaces.
    ///
    /// - Parameter client: the person's.
    public init(_ client: OnedataClient) {
        self.client = client
    }

    /// Nothing can be changed with a token for reading, which ``check()`` learns.
    public var abilities: DataAbilities {
        DataAbilities(isWritable: !learnt.isReadOnly.withLock { $0 }, keepsTimes: false, tellsVersions: false)
    }

    /// Whether the token is good at Onezone and at a provider, and what for.
    public func check() async -> ConnectionState {
        let state = await client.check().state
        if state.isUsable { learnt.isReadOnly.withLock { $0 = state == .readOnly } }
        return state
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        let found = try await found(path)
        guard let entry = Self.entry(found, name: path.last, isWritable: try await isWritable(path)) else {
            throw .notFound
        }
        return entry
    }

    /// See ``DataStore/entries(of:)``; the first page is taken at once.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let place = try Self.place(of: folder, otherwise: .notFound)
        let isWritable = try await isWritable(folder)
        let writable = folder.names.isEmpty ? try await writableSpaces() : nil
        let first = try await page(of: place, after: nil)
        return DataListing {
            var next: OnedataPage? = first
            return { () async throws(DataFault) in
                guard let page = next else { return nil }
                if let cursor = page.next { next = try await self.page(of: place, after: cursor) } else { next = nil }
                return page.entries.compactMap { found in
                    guard !found.isUnfinished, let name = DataName(found.name) else { return nil }
                    return Self.entry(found, name: name, isWritable: writable?.contains(found.spaceID) ?? isWritable)
                }
            }
        }
    }

    /// See ``DataStore/read(_:_:of:)``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        let found = try await found(file)
        guard let size = found.size else { throw found.isFolder ? .notAFile : .notFound }
        guard let version = version ?? Self.version(of: found), version == Self.version(of: found) else {
            throw .changed
        }
        let bytes = try range.bounds(in: size)
        let isWritable = try await isWritable(file)
        guard let entry = Self.entry(found, name: file.last, isWritable: isWritable) else { throw .notFound }
        do {
            let content = try await client.content(of: found, bytes)
            let pieces = MappedPieces(base: content) { error in
                let fault = DataFault(error)
                return fault == .unusable(.offline) ? .interrupted : fault
            }
            let body = DataBody(size: Int64(bytes.count), pieces)
            return DataContent(entry: entry, first: bytes.lowerBound, body: body)
        } catch {
            throw await whole(error)
        }
    }

    /// See ``DataStore/write(_:to:if:modified:)``; times aren't kept.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        let place = try Self.place(of: file, otherwise: .unfitName)
        guard place.names.count > 1 else { throw file.names.isEmpty ? .notAFile : .forbidden }
        try await hold(condition, at: file)
        let source = UploadSource(body) { if condition != .none { try await hold(condition, at: file) } }
        do {
            let written = try await client.write(
                source,
                length: body.size,
                to: place,
                ifTaken: condition == .isNew ? .refuse : .replace
            )
            return DataEntry(
                name: file.last,
                kind: .file(size: written.size),
                modified: written.modified.map { DataTime($0) },
                version: Self.version(of: written)
            )
        } catch {
            let fault = source.fault(await whole(error)).ofParent
            throw condition == .isNew && fault == .alreadyThere ? .changed : fault
        }
    }

    /// See ``DataStore/makeFolder(at:)``; spaces can't be made.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        let place = try Self.place(of: path, otherwise: .unfitName)
        guard !place.names.isEmpty else { throw .alreadyThere }
        do { try await client.makeFolder(at: place) } catch { throw await whole(error).ofParent }
    }

    /// See ``DataStore/move(_:to:replaces:)``; nothing moves into another space.
    ///
    /// A folder that is replaced is put aside, under a name that begins with `.carrel-replaced-`, until the other is there.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        let from = try Self.place(of: source, otherwise: .notFound)
        let to = try Self.place(of: target, otherwise: .unfitName)
        guard from.names.count > 1, to.names.count > 1 else { throw .forbidden }
        guard source != target else { return }
        guard !target.isIn(source), !source.isIn(target) else { throw .intoItself }
        guard source.names.first == target.names.first else { throw OnedataError.crossesSpaces.fault }
        let moved = try await found(source)
        let old = try await occupant(target)
        guard let old else {
            do { return try await client.move(from, to: to) } catch { throw await whole(error).ofParent }
        }
        guard replaces else { throw .alreadyThere }
        do {
            guard old.isFolder || moved.isFolder else { return try await client.move(from, to: to, ifTaken: .replace) }
            try await replace(from, to, old)
        } catch {
            throw await whole(error).ofParent
        }
    }

    /// See ``DataStore/remove(_:)``; spaces stay.
    public func remove(_ path: DataPath) async throws(DataFault) {
        let place = try Self.place(of: path, otherwise: .notFound)
        guard place.names.count > 1 else { throw .forbidden }
        let found = try await found(path)
        do {
            if found.isFolder {
                try await client.removeFolder(at: place)
            } else {
                try await client.removeFile(at: place)
            }
        } catch {
            throw await whole(error)
        }
    }

    /// See ``DataStore/quota(at:)``; each space has its own.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        let place = try Self.place(of: folder, otherwise: .notFound)
        do {
            let quota = try await client.quota(at: place)
            guard let limit = quota.limit, let used = quota.used else {
                return DataQuota(used: quota.used, available: nil)
            }
            return DataQuota(used: used, available: max(0, limit - used))
        } catch {
            throw await whole(error)
        }
    }

    // MARK: - How it is done

    private final class Learnt: Sendable {
        let isReadOnly = Mutex(false)
    }

    /// What a failure says of the whole: that of one provider only that a space has failed, if another still answers.
    private func whole(_ error: OnedataError) async -> DataFault {
        guard error.isOfProvider, await client.check().state.isUsable else { return error.fault }
        return .failed(error.description)
    }

    private func found(_ path: DataPath) async throws(DataFault) -> OnedataEntry {
        let place = try Self.place(of: path, otherwise: .notFound)
        let found: OnedataEntry
        do {
            found = try await client.entry(at: place)
        } catch {
            throw error == .notAFolder ? .notFound : await whole(error)
        }
        guard !found.isUnfinished else { throw .notFound }
        return found
    }

    private func occupant(_ path: DataPath) async throws(DataFault) -> OnedataEntry? {
        do {
            return try await found(path)
        } catch {
            guard error == .notFound else { throw error }
            return nil
        }
    }

    private func hold(_ condition: DataCondition, at file: DataPath) async throws(DataFault) {
        let there = try await occupant(file)
        if there?.isFolder == true { throw .notAFile }
        switch condition {
        case .none: break
        case .isNew: guard there == nil else { throw .changed }
        case .version(let version):
            guard let there, Self.version(of: there) == version else { throw .changed }
        }
    }

    /// Puts something in the place of a folder, or a folder in the place of something.
    private func replace(_ from: OnedataPath, _ to: OnedataPath, _ old: OnedataEntry) async throws(OnedataError) {
        guard let folder = to.parent else { throw .forbidden }
        let name = ".carrel-replaced-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let aside = try folder.appending(name)
        try await client.move(to, to: aside)
        do {
            try await client.move(from, to: to)
        } catch {
            // A task of its own, so that it is done even if whoever wanted the change has gone.
            await Task { [client] in _ = try? await client.move(aside, to: to) }.value
            throw error
        }
        if old.isFolder { try await client.removeFolder(at: aside) } else { try await client.removeFile(at: aside) }
    }

    private func writableSpaces() async throws(DataFault) -> Set<String> {
        do {
            return Set(try await client.spaces().filter { $0.access == .readWrite }.map(\.id))
        } catch {
            throw error.fault
        }
    }

    private func isWritable(_ path: DataPath) async throws(DataFault) -> Bool {
        guard let folder = path.names.first else { return false }
        do {
            return try await client.spaces().contains {
                $0.access == .readWrite && $0.folder.utf8.elementsEqual(folder.bytes)
            }
        } catch {
            throw error.fault
        }
    }

    private func page(of place: OnedataPath, after cursor: OnedataPage.Cursor?) async throws(DataFault) -> OnedataPage {
        do { return try await client.list(place, after: cursor) } catch { throw await whole(error) }
    }

    private static func place(of path: DataPath, otherwise fault: DataFault) throws(DataFault) -> OnedataPath {
        var names: [String] = []
        for name in path.names {
            guard let text = name.text else { throw fault }
            names.append(text)
        }
        do { return try OnedataPath(names) } catch { throw fault }
    }

    private static func entry(_ found: OnedataEntry, name: DataName?, isWritable: Bool) -> DataEntry? {
        let kind: DataEntry.Kind
        switch found.kind {
        case .folder: kind = .folder
        case .file(let size): kind = .file(size: size)
        case .link: return nil
        }
        return DataEntry(
            name: name,
            kind: kind,
            modified: found.modified.map { DataTime($0) },
            version: version(of: found),
            isWritable: isWritable
        )
    }

    /// Of a file only: a folder's time tells nothing of what is in it.
    private static func version(of found: OnedataEntry) -> DataVersion? {
        guard let size = found.size else { return nil }
        let seconds = Int64(found.modified?.timeIntervalSince1970 ?? 0)
        let digest = SHA256.hash(data: Array("\(found.id) \(seconds) \(size)".utf8))
        let digits = digest.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return DataVersion(digits.joined())
    }
}

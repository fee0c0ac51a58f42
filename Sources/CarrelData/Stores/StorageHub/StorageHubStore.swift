import Foundation
import NIOCore
public import StorageHubClient

/// A person's workspace in D4Science's StorageHub, with `VREFolders` at the top in which each virtual laboratory has a folder.
///
/// A file that is written over becomes a new version of it, and what is removed goes to the trash. A condition is looked at
/// before the first byte goes and again after the last one; the service itself compares nothing. What lies at a path is known
/// for a few seconds without asking, but for conditions. Items without bytes (links, records) are left out.
///
/// The service sends whole files only: what lies before a part that is read comes all the same, and is dropped here.
public struct StorageHubStore: DataStore {
    private let tree: StorageHubTree
    private let cache: EntryCache<StorageHubEntry>

    /// Offers a workspace.
    ///
    /// - Parameters:
    ///   - hub: the service, with whatever source of tokens.
    ///   - keeping: for how long it is known what lies at a path.
    ///   - now: the time.
    public init(
        _ hub: StorageHub,
        keeping: Duration = .seconds(5),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
    ) {
        tree = StorageHubTree(hub)
        cache = EntryCache(for: keeping, now: now)
    }

    /// Times aren't kept.
    public var abilities: DataAbilities {
        DataAbilities(isWritable: true, keepsTimes: false, tellsVersions: true)
    }

    /// Whether the service is there and takes the token.
    public func check() async -> ConnectionState {
        await tree.hub.check().state
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        guard let entry = Self.entry(try await found(path), name: path.last) else { throw .notFound }
        return entry
    }

    /// See ``DataStore/entries(of:)``; the service's pages are read first, as names depend on all that is there.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let names = try Self.names(of: folder, otherwise: .notFound)
        let found: [StorageHubEntry]
        do { found = try await tree.entries(at: names) } catch { throw forgetting(folder, error) }
        var entries: [DataEntry] = []
        var kept: [(DataPath, StorageHubEntry)] = []
        for one in found {
            guard let name = DataName(one.name), let entry = Self.entry(one, name: name) else { continue }
            entries.append(entry)
            kept.append((folder.appending(name), one))
        }
        cache.keep(kept)
        return DataListing(entries)
    }

    /// See ``DataStore/read(_:_:of:)``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        let found = try await found(file, isFresh: true)
        guard let item = found.item, item.kind == .file, let size = item.size,
            let entry = Self.entry(found, name: file.last)
        else { throw found.isFolder ? .notAFile : .notFound }
        guard version ?? entry.version == entry.version else { throw .changed }
        let bytes = try range.bounds(in: size)
        let hub = tree.hub
        let pieces = try await Pumped<ByteBuffer>.begin { channel in
            let count = Int64(bytes.count)
            let given = try await hub.read(item.id, from: bytes.lowerBound, count: count) { try await channel.give($0) }
            guard given == count else { throw DataFault.changed }
        }
        return DataContent(entry: entry, first: bytes.lowerBound, body: DataBody(size: Int64(bytes.count), pieces))
    }

    /// See ``DataStore/write(_:to:if:modified:)``.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        guard !file.names.isEmpty else { throw .notAFile }
        let names = try Self.names(of: file, otherwise: .unfitName)
        defer { cache.forget(file) }
        let held = try await hold(condition, at: file)
        let source = UploadSource(body) { if condition != .none { _ = try await hold(condition, at: file) } }
        do {
            let item = try await tree.write(StorageHubContent(source, length: body.size), to: names, if: held)
            guard let entry = Self.entry(item, name: file.last) else { throw DataFault.unclear }
            return entry
        } catch {
            let fault = source.fault(DataFault(error)).ofParent
            throw condition == .isNew && fault == .alreadyThere ? .changed : fault
        }
    }

    /// See ``DataStore/makeFolder(at:)``.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        guard !path.names.isEmpty else { throw .alreadyThere }
        defer { cache.forget(path) }
        do {
            try await tree.makeFolder(try Self.names(of: path, otherwise: .unfitName))
        } catch {
            throw DataFault(error).ofParent
        }
    }

    /// See ``DataStore/move(_:to:replaces:)``; what is replaced goes to the trash.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        let from = try Self.names(of: source, otherwise: .notFound)
        let to = try Self.names(of: target, otherwise: .unfitName)
        guard !from.isEmpty, !to.isEmpty else { throw .forbidden }
        guard source != target else { return }
        guard !target.isIn(source), !source.isIn(target) else { throw .intoItself }
        defer {
            cache.forget(source)
            cache.forget(target)
        }
        _ = try await found(source, isFresh: true)
        do {
            try await tree.move(from, to: to, ifTaken: replaces ? .moveToTrash : .refuse)
        } catch {
            throw DataFault(error).ofParent
        }
    }

    /// See ``DataStore/remove(_:)``; it goes to the trash.
    public func remove(_ path: DataPath) async throws(DataFault) {
        defer { cache.forget(path) }
        do {
            try await tree.remove(try Self.names(of: path, otherwise: .notFound))
        } catch {
            throw DataFault(error)
        }
    }

    /// See ``DataStore/quota(at:)``; the service doesn't tell it.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        guard try await found(folder).isFolder else { throw .notAFolder }
        return DataQuota(used: nil, available: nil)
    }

    // MARK: - How it is done

    private func found(_ path: DataPath, isFresh: Bool = false) async throws(DataFault) -> StorageHubEntry {
        if !isFresh, let known = cache[path] { return known }
        let names = try Self.names(of: path, otherwise: .notFound)
        do {
            let found = try await tree.entry(at: names)
            cache.keep([(path, found)])
            return found
        } catch {
            throw error == .notFolder ? .notFound : forgetting(path, error)
        }
    }

    private func forgetting(_ path: DataPath, _ error: StorageHubError) -> DataFault {
        // A name that no item can have: nothing is there.
        let fault: DataFault = error == .unfitName ? .notFound : error.fault
        if fault == .notFound { cache.forget(path) }
        return fault
    }

    /// Looks whether a condition holds now, and gives it as the client takes it.
    private func hold(_ condition: DataCondition, at file: DataPath) async throws(DataFault) -> StorageHubCondition {
        guard case .version(let version) = condition else { return condition == .isNew ? .isNew : .none }
        do {
            let found = try await found(file, isFresh: true)
            guard let item = found.item, Self.version(of: item) == version else { throw DataFault.changed }
            return .isStill(item.version)
        } catch {
            let fault = DataFault(error)
            throw fault == .notFound ? .changed : fault
        }
    }

    private static func names(of path: DataPath, otherwise fault: DataFault) throws(DataFault) -> [String] {
        var names: [String] = []
        for name in path.names {
            guard let text = name.text else { throw fault }
            names.append(text)
        }
        return names
    }

    private static func entry(_ found: StorageHubEntry, name: DataName?) -> DataEntry? {
        guard let item = found.item else { return DataEntry(name: name, kind: .folder, isWritable: false) }
        return entry(item, name: name)
    }

    private static func entry(_ item: StorageHubItem, name: DataName?) -> DataEntry? {
        let modified = item.modified.map { DataTime($0) }
        if item.isFolder { return DataEntry(name: name, kind: .folder, modified: modified) }
        guard item.kind == .file else { return nil }
        return DataEntry(name: name, kind: .file(size: item.size), modified: modified, version: version(of: item))
    }

    private static func version(of item: StorageHubItem) -> DataVersion? {
        item.kind == .file ? DataVersion(item.version.tag) : nil
    }
}

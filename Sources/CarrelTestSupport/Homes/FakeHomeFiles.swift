public import CarrelSpawn
public import Foundation
import Synchronization

/// Files of homes in memory: a path with its contents and time, now and in restore points.
///
/// A folder is there when something is in it.
public final class FakeHomeFiles: HomeFiles {
    private struct File {
        let contents: Data
        let changedAt: Date
    }

    private struct Place: Hashable {
        let home: HomeID
        let point: String?
    }

    /// What was asked for, in order.
    public enum Call: Sendable, Equatable {
        /// A count of the largest folders of a home.
        case largest(HomeID)
        /// A file that was brought back.
        case bringBack(String, HomeID, RestorePoint)
        /// A folder that was put into a home.
        case fill(String, HomeID, from: String)
    }

    private let places = Mutex<[Place: [String: File]]>([:])
    private let log = Mutex<[Call]>([])
    private let failure = Mutex<HomeFilesError?>(nil)

    /// Makes homes without files.
    public init() {}

    // MARK: - What tests do

    /// Puts a file into a home, or into a restore point of it.
    public func put(
        _ path: String,
        _ contents: Data,
        in home: HomeID,
        at point: RestorePoint? = nil,
        changedAt: Date = Date(timeIntervalSince1970: 0),
    ) {
        places.withLock {
            $0[Place(home: home, point: point?.name), default: [:]][path] = File(
                contents: contents,
                changedAt: changedAt
            )
        }
    }

    /// Makes everything fail from now on; nil: no more.
    public func fail(_ error: HomeFilesError?) {
        failure.withLock { $0 = error }
    }

    /// Everything that was asked for until now.
    public var calls: [Call] { log.withLock { $0 } }

    /// What a file holds now; nil when it isn't there.
    public func now(_ path: String, in home: HomeID) -> Data? {
        places.withLock { $0[Place(home: home, point: nil)]?[path]?.contents }
    }

    // MARK: - HomeFiles

    /// Puts a file into a folder.
    public func putSecret(
        _ secret: Data,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeFilesError) {
        try check(folder)
        put("\(folder)/\(name)", secret, in: home)
    }

    /// Removes a file of a folder.
    public func removeSecret(_ name: String, in folder: String, of home: HomeID) async throws(HomeFilesError) {
        try check(folder)
        places.withLock { $0[Place(home: home, point: nil)]?["\(folder)/\(name)"] = nil }
    }

    /// Notes what was asked for.
    public func fill(_ name: String, in home: HomeID, from folder: String) async throws(HomeFilesError) -> Int {
        if let error = failure.withLock({ $0 }) { throw error }
        log.withLock { $0.append(.fill(name, home, from: folder)) }
        return 1
    }

    /// What is in a folder.
    public func list(
        _ path: String,
        in home: HomeID,
        at point: RestorePoint?
    ) async throws(HomeFilesError) -> [HomeFileEntry] {
        try check(path)
        let files = places.withLock { $0[Place(home: home, point: point?.name)] ?? [:] }
        let prefix = path.isEmpty ? "" : path + "/"
        var entries: [String: HomeFileEntry] = [:]
        for (name, file) in files where name.hasPrefix(prefix) {
            let rest = name.dropFirst(prefix.count).split(separator: "/", maxSplits: 1)
            let entry = prefix + (rest.first ?? "")
            entries[entry] = HomeFileEntry(
                path: entry,
                kind: rest.count > 1 ? .folder : .file,
                size: rest.count > 1 ? 0 : Int64(file.contents.count),
                changedAt: file.changedAt,
            )
        }
        if entries.isEmpty, !path.isEmpty { throw .notFound(path: path) }
        return entries.values.sorted { ($0.kind == .folder ? 0 : 1, $0.path) < ($1.kind == .folder ? 0 : 1, $1.path) }
    }

    /// The beginning of a file.
    public func contents(
        _ path: String,
        in home: HomeID,
        at point: RestorePoint?,
        limit: Int
    ) async throws(HomeFilesError) -> Data {
        try check(path)
        guard let file = places.withLock({ $0[Place(home: home, point: point?.name)]?[path] }) else {
            throw .notFound(path: path)
        }
        return file.contents.prefix(limit)
    }

    /// Copies a file or folder back; a file that is there is kept as `… (kept)`.
    public func bringBack(_ path: String, in home: HomeID, from point: RestorePoint) async throws(HomeFilesError)
        -> String?
    {
        try check(path)
        log.withLock { $0.append(.bringBack(path, home, point)) }
        let isThere = places.withLock { places in
            let old = places[Place(home: home, point: point.name)] ?? [:]
            let wanted = old.filter { $0.key == path || $0.key.hasPrefix(path + "/") }
            guard !wanted.isEmpty else { return Bool?.none }
            let present = places[Place(home: home, point: nil)]?[path]
            if let present { places[Place(home: home, point: nil)]?[path + " (kept)"] = present }
            places[Place(home: home, point: nil), default: [:]].merge(wanted) { $1 }
            return present != nil
        }
        guard let isThere else { throw .notFound(path: path) }
        return isThere ? path + " (kept)" : nil
    }

    /// Every folder that holds something, largest first.
    public func largestFolders(in home: HomeID, count: Int) async throws(HomeFilesError) -> [HomeFileEntry] {
        log.withLock { $0.append(.largest(home)) }
        try check("")
        var sizes: [String: Int64] = [:]
        for (path, file) in places.withLock({ $0[Place(home: home, point: nil)] ?? [:] }) {
            var folder = path.split(separator: "/").dropLast()
            while !folder.isEmpty {
                sizes[folder.joined(separator: "/"), default: 0] += Int64(file.contents.count)
                folder.removeLast()
            }
        }
        let entries = sizes.map {
            HomeFileEntry(path: $0, kind: .folder, size: $1, changedAt: Date(timeIntervalSince1970: 0))
        }
        return Array(entries.sorted { $0.size > $1.size }.prefix(count))
    }

    private func check(_ path: String) throws(HomeFilesError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        if path.hasPrefix("/") || path.split(separator: "/").contains("..") { throw .badPath(path) }
    }
}

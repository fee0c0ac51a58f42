import CFiles
import CarrelModel
import Glibc

/// Removes homes and what belongs to them, in two steps: another name, which takes no time, and then what has it.
///
/// The names are `.removing-SLUG-RANDOM`, which no home has; they are found again after a crash.
struct HomeRemoval: Sendable {
    let folder: HomesFolder
    let work: any BlockingWork
    /// Is called before a folder with this path is emptied.
    var beforeRemoval: @Sendable (_ path: String) async -> Void = { _ in }

    private static let prefix = ".removing-"

    /// Removes a home, its restore points, and what conversions left of it.
    func remove(_ home: HomeID) async throws(SpawnError) {
        let path = folder.path(of: home)
        guard home.isPlain else {
            throw .cannotRemoveHome(path: path, reason: "the instance or the user has no plain file name")
        }
        try checkUnused(home)
        let points = "\(folder.path)/.restore/\(home.instance)"
        let instance = "\(folder.path)/\(home.instance)"
        do {
            let leftovers = Self.names(in: instance).filter { ConversionLeftover(name: $0, of: home) != nil }
            for name in [home.slug] + leftovers { try Self.setAside(name, of: home, in: instance) }
            try Self.setAside(home.slug, of: home, in: points)
        } catch {
            throw .cannotRemoveHome(path: path, reason: Self.words(error))
        }
        for place in [instance, points] {
            for name in Self.names(in: place) where Self.isRemoval(name, of: home) {
                try await finish(name, in: place)
            }
        }
        _ = unlink("\(points)/.lock-\(home.slug)")
    }

    /// Removes what interrupted removals left of any home.
    func finishAll() async throws(SpawnError) {
        var failure: SpawnError?
        for top in [folder.path, "\(folder.path)/.restore"] {
            for instance in Self.names(in: top) where instance.isFileName {
                let place = "\(top)/\(instance)"
                for name in Self.names(in: place) where name.hasPrefix(Self.prefix) {
                    do { try await finish(name, in: place) } catch { failure = failure ?? error }
                }
            }
        }
        if let failure { throw failure }
    }

    // MARK: How it is done

    /// A sandbox that shows it, or a mount in it, would go on using it.
    private func checkUnused(_ home: HomeID) throws(SpawnError) {
        let path = folder.path(of: home)
        let real = realpath(path, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
        guard let real else { return }
        if let mount = MountTable.entries().first(where: { $0.place == real || $0.place.hasPrefix(real + "/") }) {
            throw .cannotRemoveHome(path: path, reason: "something is mounted at \(mount.place)")
        }
        let source = MountTable.entry(of: folder.path)?.source
        let isShown = MountTable.entries(ofProcessesBut: getpid()).contains { entry in
            entry.source == source && entry.root.hasSuffix("/\(home.instance)/\(home.slug)")
        }
        if isShown { throw .cannotRemoveHome(path: path, reason: "a server uses it") }
    }

    private func finish(_ name: String, in place: String) async throws(SpawnError) {
        let path = "\(place)/\(name)"
        await beforeRemoval(path)
        do {
            try await work.run { try FolderRemoval.run(name, in: Self.opened(place)) }
        } catch {
            throw .cannotRemoveHome(path: path, reason: Self.words(error))
        }
    }

    private static func setAside(_ name: String, of home: HomeID, in place: String) throws(SystemFailure) {
        guard access(place, F_OK) == 0 else { return }
        let new = "\(prefix)\(home.slug)-\(UInt64.random(in: .min ... .max))"
        let folder = try opened(place)
        if carrel_rename_new(folder.number, name, new) == 0 || errno == ENOENT { return }
        throw SystemFailure(call: "rename", path: "\(place)/\(name)", number: errno)
    }

    private static func isRemoval(_ name: String, of home: HomeID) -> Bool {
        guard let dash = name.lastIndex(of: "-"), UInt64(name[name.index(after: dash)...]) != nil else { return false }
        return name[..<dash] == prefix + home.slug
    }

    private static func names(in path: String) -> [String] {
        guard let folder = try? opened(path) else { return [] }
        return DirectoryEntry.names(in: folder).map { String(nulTerminated: $0) }
    }

    /// Opens a folder of the hub's own.
    private static func opened(_ path: String) throws(SystemFailure) -> Descriptor {
        try Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    private static func words(_ error: any Error) -> String {
        guard let failure = error as? SystemFailure else { return "\(error)" }
        switch failure.number {
        case EBUSY, EXDEV: return "something is mounted in it (\(failure.path ?? failure.call))"
        default: return "\(failure)"
        }
    }
}

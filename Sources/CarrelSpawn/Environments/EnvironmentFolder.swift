import CFiles
public import Foundation
import Glibc

/// The folders of an environment: one a version, and a link to the one in use.
///
/// `python/build-environment` makes them, beside each other: `r` → `r-0123456789ab`. It and this type know the same marks
/// (python/carrel_environments/versions.py). Servers are started with the version's own folder, so a link may move while
/// they run.
public struct EnvironmentFolder: Sendable, Equatable {
    /// The absolute path of the link; or of a folder that somebody else made.
    public let path: String

    /// In a version, written last.
    static let wholeMark = "environment.whole"
    /// In a version that isn't in use any more; its time is when that came to be.
    static let retiredMark = "environment.retired"

    /// For how long a version is kept after it went out of use, whoever uses it.
    ///
    /// A start reads the link and is seen among the processes a moment later.
    public static let grace: TimeInterval = 600

    /// Names an environment's folder.
    public init(path: String) {
        self.path = path
    }

    /// Whether servers can be started with it.
    public var isBuilt: Bool { access(path + "/bin/carrel-server", X_OK) == 0 }

    /// The name of the version in use; nil for none, and for a folder that somebody else made.
    public var version: String? {
        var target = [CChar](repeating: 0, count: 4096)
        guard readlink(path, &target, target.count - 1) > 0 else { return nil }
        let name = String(nulTerminated: target)
        return Self.isVersion(name, of: self.name) ? name : nil
    }

    /// Whether there is anything of it, in use or not.
    public var hasVersions: Bool { !versions.isEmpty }

    /// Whether there is something at the path that isn't Carrel's to change.
    public var isForeign: Bool {
        var info = stat()
        return lstat(path, &info) == 0 && version == nil
    }

    /// Removes versions that are out of use and that no process runs with, and what was never finished.
    ///
    /// It does nothing while a build is under way.
    ///
    /// - Parameters:
    ///   - now: the present time.
    ///   - begins: is told of each before it is removed, which takes a while.
    ///   - processes: whether a process has one of these folders in its command line; each of them that one has.
    /// - Returns: the names of what was removed.
    /// - Throws: what couldn't be removed.
    public func sweep(
        now: Date,
        begins: (String) -> Void = { _ in },
        inUse processes: (Set<String>) -> Set<String> = EnvironmentUse.folders,
    ) throws -> [String] {
        // There may be no folder for environments yet.
        guard access(parent, F_OK) == 0, let lock = try lock() else { return [] }
        defer { withExtendedLifetime(lock) {} }
        let (current, all) = (version, versions)
        let fresh = all.filter { $0 != current && isWhole($0) && retired($0) == nil }
        for name in fresh { retire(name) }
        let ripe = all.filter { name in
            guard name != current, !fresh.contains(name) else { return false }
            return !isWhole(name) || now.timeIntervalSince(retired(name) ?? now) >= Self.grace
        }
        guard !ripe.isEmpty else { return [] }
        let used = processes(Set(ripe.map(realPath)))
        return try ripe.filter { name in
            if used.contains(realPath(name)) { return false }
            begins(name)
            try remove(name)
            return true
        }
    }

    /// Removes the link and all versions.
    ///
    /// - Parameter processes: as for ``sweep(now:inUse:)``.
    /// - Throws: ``EnvironmentFolderError``, and what couldn't be removed.
    public func removeAll(inUse processes: (Set<String>) -> Set<String> = EnvironmentUse.folders) throws {
        guard let lock = try lock() else { throw EnvironmentFolderError.busy(name) }
        defer { withExtendedLifetime(lock) {} }
        let all = versions
        guard processes(Set(all.map(realPath))).isEmpty else { throw EnvironmentFolderError.inUse(name) }
        // First the link, so that no server begins with it.
        if version != nil { try SystemFailure.check("unlink", path) { unlink(path) } }
        for name in all { try remove(name) }
    }

    // MARK: Versions

    private var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
    private var parent: String { String(path.dropLast(name.count + 1)) }

    /// The names of all versions, whole or not.
    var versions: [String] {
        guard let folder = try? Descriptor(opening: parent, O_RDONLY | O_DIRECTORY) else { return [] }
        return DirectoryEntry.names(in: folder).map { String(nulTerminated: $0) }
            .filter { Self.isVersion($0, of: name) }.sorted()
    }

    static func isVersion(_ text: String, of name: String) -> Bool {
        let digest = text.dropFirst(name.count + 1)
        return text.hasPrefix(name + "-") && digest.utf8.count == 12
            && digest.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private func place(_ version: String) -> String { parent + "/" + version }

    /// As servers name it, which are started with the path behind all links.
    private func realPath(_ version: String) -> String {
        guard let real = realpath(place(version), nil) else { return place(version) }
        defer { free(real) }
        return String(cString: real)
    }

    private func isWhole(_ version: String) -> Bool { access("\(place(version))/\(Self.wholeMark)", F_OK) == 0 }

    private func retired(_ version: String) -> Date? {
        var info = stat()
        guard lstat("\(place(version))/\(Self.retiredMark)", &info) == 0 else { return nil }
        return Date(timeIntervalSince1970: TimeInterval(info.st_mtim.tv_sec))
    }

    private func retire(_ version: String) {
        _ = try? Descriptor(
            opening: "\(place(version))/\(Self.retiredMark)",
            O_WRONLY | O_CREAT | O_NOFOLLOW,
            mode: 0o644
        )
    }

    private func remove(_ version: String) throws {
        // What is left of a removal that is cut short counts as never finished.
        unlink("\(place(version))/\(Self.wholeMark)")
        try DirectoryEntry.removeTree(place(version))
    }

    /// The lock that builds take; nil while another has it.
    private func lock() throws(SystemFailure) -> Descriptor? {
        let file = try Descriptor(opening: "\(parent)/.\(name).lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
        if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return file }
        if errno == EWOULDBLOCK { return nil }
        throw SystemFailure(call: "flock", path: path, number: errno)
    }
}

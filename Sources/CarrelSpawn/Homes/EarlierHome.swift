import CFiles
public import Foundation
import Glibc

/// A home that is there before its user has an account: that of an earlier user of the same name.
///
/// Nothing here follows a link, and nothing blocks for long but ``hand(to:)``, which goes through all files.
public struct EarlierHome: Sendable {
    private let homes: HomesFolder
    private let home: HomeID
    /// Its absolute path.
    public let path: String
    /// The number of the user whom it belongs to.
    public let owner: UInt32

    /// How deep folders may be: each level needs an open file.
    private static let deepest = 400

    /// Looks for one; nil when there is none.
    ///
    /// - Parameters:
    ///   - homes: absolute path of the folder of all homes.
    ///   - home: which.
    public init?(in homes: String, _ home: HomeID) {
        self.homes = HomesFolder(path: homes)
        self.home = home
        path = self.homes.path(of: home)
        guard let folder = self.homes.opened(home) else { return nil }
        var facts = stat()
        guard fstat(folder.number, &facts) == 0 else { return nil }
        owner = facts.st_uid
    }

    /// Gives it and its restore points another name, under which nobody's servers see them.
    ///
    /// - Parameter now: becomes part of the name.
    /// - Returns: its new path.
    /// - Throws: ``SpawnError/cannotPrepareHome(path:reason:)``; it is where it was then.
    public func setAside(at now: Date) throws(SpawnError) -> String {
        let second = now.formatted(.iso8601).replacing(":", with: "").replacing("-", with: "")
        // No name of a home has a dot.
        let name = "\(home.slug).earlier-\(second)"
        do {
            let points = "\(homes.path)/.restore/\(home.instance)"
            let hasPoints = access("\(points)/\(home.slug)", F_OK) == 0
            if hasPoints { try Self.rename(home.slug, to: name, in: points) }
            do {
                try Self.rename(home.slug, to: name, in: "\(homes.path)/\(home.instance)")
            } catch {
                if hasPoints { try Self.rename(name, to: home.slug, in: points) }
                throw error
            }
        } catch {
            throw .cannotPrepareHome(path: path, reason: "\(error)")
        }
        return homes.path(of: HomeID(instance: home.instance, slug: name))
    }

    private static func rename(_ name: String, to other: String, in path: String) throws(SystemFailure) {
        let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
        try SystemFailure.check("rename", path) { carrel_rename_new(folder.number, name, other) }
    }

    /// Gives it to an account, with everything in it that belongs to its owner.
    ///
    /// Restore points can't be changed and stay the earlier user's. The home itself is given last: one that fails in the
    /// middle is nobody's to start a server with.
    ///
    /// - Throws: ``SpawnError/cannotPrepareHome(path:reason:)``.
    public func hand(to account: Account) throws(SpawnError) {
        guard account.uid != owner else { return }
        do {
            guard let folder = homes.opened(home) else { throw SystemFailure(call: "open", path: path, number: ENOENT) }
            try handContents(of: folder, to: account, depth: 0)
            try SystemFailure.check("chown", path) { fchown(folder.number, account.uid, account.gid) }
        } catch {
            throw .cannotPrepareHome(path: path, reason: "\(error)")
        }
    }

    private func handContents(of folder: Descriptor, to account: Account, depth: Int) throws(SystemFailure) {
        guard depth < Self.deepest else { throw SystemFailure(call: "chown", path: path, number: ENAMETOOLONG) }
        var facts = stat()
        for name in DirectoryEntry.names(in: folder) {
            // What has gone meanwhile needs no owner; what is another's (a mount, a foreign link) stays that.
            guard fstatat(folder.number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0, facts.st_uid == owner else {
                continue
            }
            try SystemFailure.check("chown") {
                fchownat(folder.number, name, account.uid, account.gid, AT_SYMLINK_NOFOLLOW)
            }
            guard facts.st_mode & S_IFMT == S_IFDIR else { continue }
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            let inner = Descriptor(owning: try SystemFailure.check("open") { openat(folder.number, name, flags) })
            try handContents(of: inner, to: account, depth: depth + 1)
        }
    }
}

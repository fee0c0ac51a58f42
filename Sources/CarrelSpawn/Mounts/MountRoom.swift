import Foundation
import Glibc

/// The folder of this host that belongs to the mounts of one user; it stays when nothing is mounted.
///
///     <user>/shown/<folder>/README.txt   what a server sees while nothing is mounted there; the hub's own
///     <user>/cache/                      rclone's, with edits that weren't uploaded yet
///     <user>/control/rc.sock             what rclone listens on, in a folder of the user's
///     <user>/stage/                      empty; where rclone's process puts together what it sees as /tmp
///     <user>/passwd                      names the user for the programs that ask for that
///     <user>/daemon.log                  what rclone says
public struct MountRoom: Sendable, Equatable {
    /// Absolute path of the folder.
    public let path: String
    /// Whose mounts they are.
    public let account: Account

    /// Names a room; makes nothing.
    public init(path: String, account: Account) {
        self.path = path
        self.account = account
    }

    /// Where the user's rclone is steered.
    public var socket: String { "\(control)/rc.sock" }
    /// Where rclone caches.
    public var cache: String { "\(path)/cache" }
    /// Holds the folders that servers see while nothing is mounted.
    public var shelf: String { "\(path)/shown" }
    var control: String { "\(path)/control" }
    var passwords: String { "\(path)/passwd" }
    var stage: String { "\(path)/stage" }
    var log: String { "\(path)/daemon.log" }

    /// A log that is longer is begun anew when rclone is started.
    private static let longestLog = 1 << 20

    /// The folder of the host that servers see while nothing is mounted there.
    public func shown(_ folder: String) -> String { "\(shelf)/\(folder)" }

    /// Makes the room.
    ///
    /// - Throws: ``SpawnError/cannotPrepareFolder(path:reason:)``.
    public func prepare() throws(SpawnError) {
        do {
            try Self.makeFolder(path, 0o711)
            try Self.makeFolder(shelf, 0o711)
            try Self.makeFolder(stage, 0o700)
            for folder in [cache, control] {
                try Self.makeFolder(folder, 0o700)
                try SystemFailure.check("chown", folder) { lchown(folder, account.uid, account.gid) }
            }
            let lines = "root:x:0:0::/:/bin/false\nuser:x:\(account.uid):\(account.gid)::/:/bin/false\n"
            try Self.write(lines, to: passwords)
        } catch {
            throw .cannotPrepareFolder(path: path, reason: "\(error)")
        }
    }

    /// Says something in a folder that servers see while nothing is mounted there, which is made for it.
    ///
    /// Who reads it meanwhile has the old text or the new one.
    ///
    /// - Parameters:
    ///   - text: all that is said.
    ///   - folder: its name.
    /// - Throws: ``SpawnError/cannotPrepareFolder(path:reason:)``.
    public func say(_ text: String, in folder: String) throws(SpawnError) {
        guard folder.isFileName else { throw .cannotPrepareFolder(path: folder, reason: "that is no name of a folder") }
        do {
            try Self.makeFolder(path, 0o711)
            try Self.makeFolder(shelf, 0o711)
            try Self.makeFolder(shown(folder), 0o755)
            let file = "\(shown(folder))/README.txt"
            if let old = FileManager.default.contents(atPath: file), old == Data(text.utf8) { return }
            try Self.write(text, to: file)
        } catch {
            throw .cannotPrepareFolder(path: shown(folder), reason: "\(error)")
        }
    }

    /// What an earlier rclone left, which a new one would stumble over.
    func clear() {
        unlink(socket)
        var facts = stat()
        if lstat(log, &facts) == 0, facts.st_size > Self.longestLog { unlink(log) }
    }

    private static func makeFolder(_ path: String, _ mode: mode_t) throws(SystemFailure) {
        if mkdir(path, mode) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
        try SystemFailure.check("chmod", path) { chmod(path, mode) }
    }

    private static func write(_ text: String, to path: String) throws(SystemFailure) {
        let new = "\(path).new"
        do {
            let file = try Descriptor(opening: new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
            try file.write(text)
            try SystemFailure.check("chmod", new) { fchmod(file.number, 0o644) }
        }
        try SystemFailure.check("rename", path) { rename(new, path) }
    }
}

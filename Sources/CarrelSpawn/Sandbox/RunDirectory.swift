import CProcess
import Foundation
import Glibc

/// The folder that holds all there is to know about one run of a server.
///
///     <id>/status        who runs, and how it ended; locked by the one who runs (see ``RunStatus``)
///     <id>/log.lock      locked by the one who writes the server's log (see ``LogKeeper``)
///     <id>/io/           a mount of its own where that can be, so small that a server can't fill the disk through it
///     <id>/io/server/    the server's own folder, with the socket it makes
///     <id>/io/socket     a second name of that socket, out of the server's reach: the one the hub and the proxy use
///     <id>/runtime/      the server's XDG_RUNTIME_DIR where it has no throw-away layer for it
///     <id>/layer/        where the server's process mounts its throw-away layer; empty for everybody else
///     <id>/terminals/    where it mounts its pseudo-terminals; empty for everybody else
///     <id>/mapped/       where it attaches folders whose owners are shown otherwise; empty for everybody else
///     <id>/etc/          the sandbox's passwd, group, nsswitch.conf, resolv.conf
///
/// The lock is what makes it safe: it is taken before the process is forked and passes on to it, so it is held if and
/// only if the process lives, from the first moment to the last, whoever is killed when. Process numbers are read
/// from the file and believed only while the lock is held.
struct RunDirectory {
    let id: String
    let path: String

    init(in folder: String, id: String) {
        self.id = id
        path = "\(folder)/\(id)"
    }

    var statusPath: String { "\(path)/status" }
    var logLockPath: String { "\(path)/log.lock" }
    private var exchangeFolder: String { "\(path)/io" }
    var serverFolder: String { "\(exchangeFolder)/server" }
    var runtimeFolder: String { "\(path)/runtime" }
    var layerFolder: String { "\(path)/layer" }
    var terminalFolder: String { "\(path)/terminals" }
    var mappedFolder: String { "\(path)/mapped" }
    var configurationFolder: String { "\(path)/etc" }
    var socketOfServer: String { "\(serverFolder)/server.sock" }
    var socket: String { "\(exchangeFolder)/socket" }

    /// Makes the folder and what the sandbox shows of it.
    ///
    /// - Parameters:
    ///   - owner: whose the server's own folders are.
    ///   - files: names and texts of the sandbox's files in `/etc`.
    ///   - isBounded: whether the folder with the socket gets a small mount of its own, which takes root.
    /// - Throws: the system call that failed.
    func make(owner: Account, files: [String: String], isBounded: Bool) throws(SystemFailure) {
        try makeFolder(path, 0o700)
        try makeFolder(configurationFolder, 0o755)
        for folder in [layerFolder, terminalFolder, mappedFolder] { try makeFolder(folder, 0o700) }
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            let file = try Descriptor(
                opening: "\(configurationFolder)/\(name)",
                O_WRONLY | O_CREAT | O_EXCL,
                mode: 0o644
            )
            try SystemFailure.check("chmod", name) { fchmod(file.number, 0o644) }
            try file.write(text)
        }
        try makeFolder(exchangeFolder, 0o711)
        if isBounded {
            // The mode too: a mount hides that of the folder.
            let data = "size=1m,nr_inodes=64,mode=0711"
            let flags = UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
            try SystemFailure.check("mount", exchangeFolder) { mount("tmpfs", exchangeFolder, "tmpfs", flags, data) }
        }
        for folder in [serverFolder, runtimeFolder] {
            try makeFolder(folder, 0o700)
            if owner.uid != geteuid() {
                try SystemFailure.check("chown", folder) { lchown(folder, owner.uid, owner.gid) }
            }
        }
    }

    private func makeFolder(_ path: String, _ mode: mode_t) throws(SystemFailure) {
        try SystemFailure.check("mkdir", path) { mkdir(path, mode) }
        try SystemFailure.check("chmod", path) { chmod(path, mode) }
    }

    /// Makes the status file, with the hub's line in it and locked.
    func makeStatus(_ firstLine: String) throws(SystemFailure) -> Descriptor {
        let file = try Descriptor(opening: statusPath, O_RDWR | O_CREAT | O_EXCL | O_APPEND)
        try SystemFailure.check("flock", statusPath) { flock(file.number, LOCK_EX) }
        try file.write(firstLine)
        return file
    }

    /// Removes the folder; to be called when nothing of the run lives.
    func remove() throws(SystemFailure) {
        // Also of a run that was killed in the middle; where nothing is mounted this does nothing.
        _ = umount2(exchangeFolder, Int32(MNT_DETACH) | Int32(UMOUNT_NOFOLLOW))
        try DirectoryEntry.removeTree(path)
    }
}

/// The status file of a run, open for reading; it stays readable when the run directory is removed.
struct StatusFile: Sendable {
    private let file: Descriptor

    /// Opens it; nil when there is none.
    init?(_ run: RunDirectory) {
        guard let file = try? Descriptor(opening: run.statusPath, O_RDONLY | O_NOFOLLOW) else { return nil }
        self.file = file
    }

    /// What it says now.
    var status: RunStatus {
        RunStatus(file.contents())
    }

    /// Whether the run's process lives.
    ///
    /// A shared lock, so that two who ask at once don't take each other for the process.
    var isHeld: Bool {
        if flock(file.number, LOCK_SH | LOCK_NB) < 0 { return true }
        flock(file.number, LOCK_UN)
        return false
    }

    /// Takes hold of the run's process; nil when it has ended, or hasn't said its number yet.
    func monitor() -> ProcessHandle? {
        guard isHeld, let pid = status.monitor, let handle = ProcessHandle(pid: pid), isHeld else { return nil }
        return handle
    }

    /// Takes hold of the sandbox's first process, if it lives and really is that.
    func sandbox(bootID: String) -> ProcessHandle? {
        let status = status
        guard status.bootID == bootID, let pid = status.sandbox, let namespace = status.namespace,
            let handle = ProcessHandle(pid: pid), ProcessTable.isFirst(pid, ofNamespace: namespace)
        else { return nil }
        return handle
    }
}

/// The identity of this system start.
enum Boot {
    static var id: String {
        guard let file = try? Descriptor(opening: "/proc/sys/kernel/random/boot_id", O_RDONLY) else { return "?" }
        return String(decoding: file.contents(limit: 64), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

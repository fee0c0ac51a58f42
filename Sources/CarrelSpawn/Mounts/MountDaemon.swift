import CNamespaces
import CProcess
import Glibc

/// The rclone of one user: a process of that user's, outside of their servers, that outlives the hub.
///
/// It has mounts of its own, in which everything it needs is under `/tmp`: so nobody on the host meets a file system that a
/// user drives, the hub's folders stay closed to users, and its arguments tell nothing. What it mounts is taken from there
/// and shown in servers (``Spawner/changeMounts(of:to:from:)``). When it ends, its mounts are gone.
public struct MountDaemon: Sendable {
    /// What it uses on this host.
    public let room: MountRoom
    /// The process.
    public let process: CompanionProcess

    /// The folder in which it sees the gateway's socket folder.
    public static let gatewayInside = "/tmp/gateway"
    private static let mountsInside = "/tmp/mounts"
    /// The device number of `/dev/fuse`: major 10, minor 229 (the kernel's `devices.txt`).
    private static let deviceNumber: UInt = 10 << 8 | 229
    /// What its folders take, which hold nothing.
    private static let bytes = 1 << 16

    /// Where it mounts a folder.
    ///
    /// - Parameter folder: the folder's name.
    /// - Returns: an absolute path.
    public static func place(of folder: String) -> String { "\(mountsInside)/\(folder)" }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - room: the user's; it is made.
    ///   - gateway: the folder of this host that holds the gateway's socket.
    ///   - tools: the programs.
    /// - Returns: the process, which listens on the room's socket in a moment.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` and its like.
    public static func start(in room: MountRoom, gateway: String, tools: MountTools) throws(SpawnError) -> MountDaemon {
        if let obstacle = tools.obstacle { throw .cannotPrepare("mounts", reason: obstacle.message) }
        try room.prepare()
        room.clear()
        let program = DetachedProgram(
            path: tools.setpriv,
            arguments: arguments(account: room.account),
            environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "GOGC=50", "GOMEMLIMIT=128MiB"],
            steps: steps(room: room, gateway: gateway, tools: tools),
        )
        return MountDaemon(room: room, process: try CompanionProcess.start(program, log: room.log))
    }

    /// Finds the one that runs for a user; nil when there is none.
    ///
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the system has no room for another wait.
    public static func find(in room: MountRoom) throws(SpawnError) -> MountDaemon? {
        guard let process = try CompanionProcess.find(listeningOn: room.socket) else { return nil }
        return MountDaemon(room: room, process: process)
    }

    /// Makes an empty folder of the user's to mount on, where it sees it.
    ///
    /// - Parameter folder: the folder's name.
    /// - Throws: ``SpawnError/cannotPrepareFolder(path:reason:)``.
    public func makePlace(for folder: String) throws(SpawnError) {
        do {
            let namespace = try namespace()
            try SystemFailure.check("mkdir", folder) {
                carrel_mounts_make_point(namespace.number, Self.mountsInside, folder)
            }
        } catch {
            throw .cannotPrepareFolder(path: folder, reason: "\(error)")
        }
    }

    /// What it has mounted: by the name of the folder, the number that the kernel gave the file system.
    var devices: [String: String] {
        let mounts = SandboxMount.all(of: "\(process.pid)").filter {
            $0.kind == Self.fileSystem && $0.place.hasPrefix(Self.mountsInside + "/")
        }
        let pairs = mounts.map { (String($0.place.dropFirst(Self.mountsInside.utf8.count + 1)), $0.source.device) }
        return Dictionary(pairs) { _, last in last }
    }

    /// A copy of one of its mounts, to be attached in a server.
    func copy(of folder: String) throws(SystemFailure) -> Descriptor {
        let namespace = try namespace()
        let place = Self.place(of: folder)
        return Descriptor(
            owning: try SystemFailure.check("open_tree", place) { carrel_mounts_take(namespace.number, place) }
        )
    }

    /// The kind of file system that rclone's mounts are.
    static let fileSystem = "fuse.rclone"

    private func namespace() throws(SystemFailure) -> Descriptor {
        try Descriptor(opening: "/proc/\(process.pid)/ns/mnt", O_RDONLY)
    }

    // MARK: - What is started

    /// Pure: compared in the tests.
    static func arguments(account: Account) -> [String] {
        [
            "--reuid", "\(account.uid)", "--regid", "\(account.gid)", "--clear-groups", "--inh-caps=-all",
            "--ambient-caps=-all", "--",
            "/tmp/rclone", "rcd", "--rc-addr", "unix:///tmp/control/rc.sock", "--rc-no-auth",
            "--config", "", "--cache-dir", "/tmp/cache",
            // Small: no buffers besides the cache on the disk, and memory that goes back.
            "--buffer-size", "0", "--use-mmap", "--transfers", "2",
            // The gateway is near, and has deadlines of its own for what is far.
            // Not tried again at a low level: the cache itself reads up to ten times and uploads without end. So reading
            // fails after some 10 s while the gateway is away.
            "--contimeout", "5s", "--timeout", "60s", "--low-level-retries", "1", "--retries", "2",
            // Otherwise who writes `é` in one form is given the file that has it in the other.
            "--no-unicode-normalization",
            "--log-level", "NOTICE",
        ]
    }

    private static func steps(room: MountRoom, gateway: String, tools: MountTools) -> [LaunchStep] {
        let root = Account(uid: 0, gid: 0)
        return [
            .privateMounts,
            // Put together elsewhere first: what is shown may itself be in `/tmp`.
            .memory(at: room.stage, bytes: bytes),
            .folder("\(room.stage)/mounts", mode: 0o700, owner: room.account),
            .show(room.control, at: "\(room.stage)/control"),
            .show(room.cache, at: "\(room.stage)/cache"),
            .show(gateway, at: "\(room.stage)/gateway"),
            .show(tools.rclone, at: "\(room.stage)/rclone"),
            // The user may open it whatever the host's own says; Debian's is open to all.
            .folder("\(room.stage)/devices", mode: 0o755, owner: root),
            .devices(at: "\(room.stage)/devices"),
            .device("\(room.stage)/devices/fuse", number: deviceNumber, owner: room.account),
            .cover(tools.device, with: "\(room.stage)/devices/fuse"),
            // fusermount3 wants to know the user's name.
            .cover("/etc/passwd", with: room.passwords),
            .cover("/tmp", with: room.stage),
        ]
    }
}

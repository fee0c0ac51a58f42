import AsyncHTTPClient
import CarrelData
import CarrelHub
import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Logging
import Testing

/// A sandbox, a WebDAV server in the gateway's place, and what mounts its folders in the sandbox.
struct MountFixture: Sendable {
    let sandbox: SandboxFixture
    let settings: MountKeeper.Settings

    static let key = "alice"
    static let token = "a-token-that-nobody-else-may-see"
    static let account = Account(uid: 20001, gid: 20001)

    /// Where `make programs` puts rclone.
    static let rclone = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../var/tools/bin/rclone").standardized.path
    static var tools: MountTools { MountTools(rclone: rclone) }
    static var isPossible: Bool { tools.obstacle == nil && access("/usr/bin/bwrap", X_OK) == 0 }
    /// What is said when it isn't.
    static let obstacle: Comment = "mounting needs root, bubblewrap, fuse3, /dev/fuse and `make programs`"

    /// What the server serves.
    var remote: String { "\(sandbox.folder)/remote" }
    /// rclone's own, once a daemon runs.
    var control: RcloneControl { RcloneControl(socket: room.socket, http: .shared) }
    var room: MountRoom { MountRoom(path: "\(settings.folder)/\(Self.key)", account: Self.account) }

    func keeper() -> MountKeeper {
        MountKeeper(
            settings: settings,
            spawner: sandbox.spawner,
            http: .shared,
            work: WorkHere(),
            logger: Logger(label: "mounts"),
        )
    }

    func wanted(_ state: ConnectionState = .connected) -> UserMounts {
        let folder = UserMounts.Folder(
            name: "datahub",
            path: "/datahub",
            title: "DataHub",
            isReadOnly: false,
            state: state,
        )
        return UserMounts(key: Self.key, account: Self.account, folders: [folder], token: Self.token)
    }

    /// Starts the WebDAV server, which stands in the gateway's place.
    func serve() async throws -> Process {
        let socket = "\(settings.gateway)/\(settings.gatewaySocket)"
        unlink(socket)
        let process = Process()
        process.executableURL = URL(filePath: Self.rclone)
        process.arguments = [
            "serve", "webdav", remote, "--addr", "unix://\(socket)", "--dir-cache-time", "0s", "--config", "",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        try await eventually("the server listens") { access(socket, F_OK) == 0 }
        chmod(socket, 0o666)
        return process
    }

    /// Runs a keeper for as long as `body` takes.
    func withKeeper(_ body: (MountKeeper) async throws -> Void) async throws {
        let keeper = keeper()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keeper.run() }
            try await body(keeper)
            group.cancelAll()
        }
    }

    /// Has the first file that waits be tried again in an hour only; says whether there was one that isn't being tried.
    func postpone() async throws -> Bool {
        guard let upload = try await control.queue(of: "datahub").first, !upload.uploading else { return false }
        let process = Process()
        process.executableURL = URL(filePath: Self.rclone)
        process.arguments = ["rc", "--unix-socket", room.socket, "vfs/queue-set-expiry", "fs=datahub:"]
        process.arguments?.append(contentsOf: ["id=\(upload.id)", "expiry=3600"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return false }
        return try await control.queue(of: "datahub").first?.uploading == false
    }

    /// Whether rclone has noted on the disk that a file is to be uploaded; it empties a note before it writes it anew.
    func isWholeNote(of name: String) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: "\(room.cache)/vfsMeta/datahub/\(name)"),
            let note = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        else { return false }
        return note["Dirty"] as? Bool == true
    }

    /// What is on the server; nil when nothing is.
    func uploaded(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(remote)/datahub/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Gives a test all of it, and takes it away again.
func withMounts(_ body: (MountFixture, Process) async throws -> Void) async throws {
    try await withSandbox { sandbox in
        let fixture = MountFixture(
            sandbox: sandbox,
            settings: MountKeeper.Settings(
                folder: "\(sandbox.folder)/mounts",
                gateway: "\(sandbox.folder)/gateway",
                gatewaySocket: "socket",
                tools: MountFixture.tools,
                cache: ByteCount(bytes: 1 << 30),
            ),
        )
        for folder in [fixture.settings.folder, fixture.settings.gateway, "\(fixture.remote)/datahub"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        for name in ["hello", "unread"] {
            try Data("\(name)\n".utf8).write(to: URL(filePath: "\(fixture.remote)/datahub/\(name).txt"))
        }
        let server = try await fixture.serve()
        defer {
            try? MountDaemon.find(in: fixture.room)?.process.send(.kill)
            kill(server.processIdentifier, SIGKILL)
        }
        try await body(fixture, server)
    }
}

/// Runs blocking work at once, on the thread that asks.
struct WorkHere: BlockingWork {
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value { try work() }
}

/// Waits until something is so, which other processes bring about.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(90),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isSo: () async throws -> Bool,
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        guard ContinuousClock.now < end else {
            Issue.record("It never came to be that \(what).", sourceLocation: sourceLocation)
            throw NeverCame()
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}

struct NeverCame: Error {}

import CProcess
import CarrelSpawn
import Foundation
import Glibc
import Testing

/// A spawner with folders of its own, for one test; whatever it started is stopped afterwards.
struct SandboxFixture {
    let folder: String
    let spawner: SandboxSpawner

    var options: SandboxOptions { Self.options(folder) }
    var runDirectory: String { "\(folder)/run" }
    /// What is in the run directory.
    var runs: [String]? { try? FileManager.default.contentsOfDirectory(atPath: runDirectory) }

    /// Whom servers run as: somebody without an account if the tests are root, else the tests' user.
    static var account: Account? { geteuid() == 0 ? Account(uid: 20001, gid: 20001) : nil }

    static func options(_ folder: String) -> SandboxOptions {
        SandboxOptions(runDirectory: "\(folder)/run", logDirectory: "\(folder)/logs", logKeeper: built("carrel-log"))
    }

    /// A program that is built with the tests.
    static func built(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
        return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    }

    /// An order for the tiny server; `mode` is explained in `tiny_server.py`.
    func order(
        _ mode: String = "",
        id: String = "a",
        variables: [String: String] = [:],
        limits: ResourceLimits = ResourceLimits(),
    ) throws -> StartOrder {
        StartOrder(
            id: id,
            unixName: "tester",
            account: Self.account,
            home: try HomeDirectory.prepare(
                in: "\(folder)/homes",
                instance: "default",
                slug: id,
                account: Self.account
            ),
            environment: nil,
            command: ["/usr/bin/python3", "/opt/trial/tiny_server.py", mode],
            variables: variables,
            hubDirectory: "\(folder)/hub",
            servicePrefix: "/user/tester/",
            folders: [FolderBinding(host: "\(folder)/trial", inside: "/opt/trial", access: .readOnly)],
            limits: limits,
        )
    }

    func started(_ order: StartOrder) async throws -> RunningServer {
        try await spawner.start(order) { _ in }
    }

    func ready(_ order: StartOrder) async throws -> RunningServer {
        let server = try await started(order)
        try await spawner.waitUntilReady(server, within: .seconds(90))
        return server
    }

    /// Has the tiny server run a script and gives back what that printed.
    func shell(_ script: String, in server: RunningServer) throws -> String {
        let answer = try ask("POST", "/run", body: script, of: server)
        return answer.range(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    /// Sends a server a request, with a token, and gives back all of its answer.
    func ask(_ method: String, _ path: String, body: String, of server: RunningServer) throws -> String {
        guard case .unixSocket(let socket) = server.address else { return "" }
        let connection = carrel_unix_connect(socket)
        try #require(connection >= 0)
        defer { close(connection) }
        let head = "\(method) \(path) HTTP/1.0\r\nAuthorization: token x\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        let request = Array((head + body).utf8)
        try #require(send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
        var answer: [UInt8] = []
        var poll = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        while true {
            try #require(Glibc.poll(&poll, 1, 90_000) > 0, "no answer in time to: \(body)")
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer.prefix(count)
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// The processes of this host that are in one of this fixture's sandboxes.
    func processes() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { pid in
            processFile("\(pid)/mountinfo").contains("\((folder as NSString).lastPathComponent)/homes/")
        }
    }
}

/// What a file in `/proc` says; such files have no size, so they are read to their end.
func processFile(_ name: String) -> String {
    let bytes = try? FileHandle(forReadingAtPath: "/proc/\(name)")?.readToEnd()
    return String(decoding: bytes ?? Data(), as: UTF8.self)
}

/// Gives a test a spawner, and undoes everything.
///
/// - Parameters:
///   - change: what is other than usual in the spawner's options.
///   - body: the test.
/// - Throws: what the test throws, or what kept the spawner from being made.
func withSandbox(
    _ change: (inout SandboxOptions) -> Void = { _ in },
    _ body: (SandboxFixture) async throws -> Void,
) async throws {
    let folder = "/tmp/carrel-\(UUID().uuidString.prefix(8))"
    for name in ["", "/hub", "/trial"] {
        try FileManager.default.createDirectory(
            atPath: folder + name,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755],
        )
    }
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "tiny_server.py")
    try FileManager.default.copyItem(atPath: script.path, toPath: "\(folder)/trial/tiny_server.py")
    var options = SandboxFixture.options(folder)
    change(&options)
    let fixture = SandboxFixture(folder: folder, spawner: try SandboxSpawner(options: options))
    func undo() async {
        for id in (try? FileManager.default.contentsOfDirectory(atPath: fixture.runDirectory)) ?? [] {
            try? await fixture.spawner.stop(id: id, grace: .zero)
        }
        await fixture.spawner.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
    do {
        try await body(fixture)
    } catch {
        await undo()
        throw error
    }
    await undo()
}

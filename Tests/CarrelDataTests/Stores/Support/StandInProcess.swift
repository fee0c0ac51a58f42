import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// One of the servers of `Tests/standins`, as a process of its own.
final class StandInProcess: Sendable {
    /// Where its files may be.
    let folder: URL
    private let script: String
    private let arguments: [String]
    private let life = Mutex<Process?>(nil)

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../..")
        .standardized.path

    /// Where `make test-environment` puts Python; nil when that wasn't run.
    static let python: String? = {
        let program = "\(root)/.venv-test/bin/python"
        return access(program, X_OK) == 0 ? program : nil
    }()

    init(_ script: String, _ arguments: [String], in folder: URL) {
        self.script = script
        self.arguments = arguments
        self.folder = folder
    }

    /// Starts it, and returns the first line that it says.
    func start(_ more: [String] = []) async throws -> String {
        let log = folder.appending(path: "log-\(UUID().uuidString)")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = ["\(Self.root)/Tests/standins/\(script).py"] + arguments + more
        process.environment = ["TMPDIR": folder.path, "PATH": "/usr/bin:/bin"]
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        life.withLock { $0 = process }
        var line = ""
        try await eventually("the stand-in listens") {
            let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            line = text.split(separator: "\n", omittingEmptySubsequences: false).first.map { String($0) } ?? ""
            return text.contains("\n")
        }
        return line
    }

    /// Kills it, and waits until it is gone.
    func stop() {
        guard let process = life.withLock({ $0.take() }) else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// Posts JSON to a stand-in's control address, and returns its answer.
@discardableResult
func post(
    _ http: HTTPClient,
    _ url: String,
    _ body: String,
    type: String = "application/json",
) async throws -> Data {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: type)
    request.body = .bytes(ByteBuffer(string: body))
    let answer = try await http.execute(request, timeout: .seconds(60))
    let told = Data(try await answer.body.collect(upTo: 1 << 24).readableBytesView)
    try #require(answer.status == .ok, "\(String(decoding: told, as: UTF8.self))")
    return told
}

/// Waits until something is so; gives up, and says so, when it isn't within a time that no healthy run comes near.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ isSo: () async throws -> Bool,
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        try #require(ContinuousClock.now < end, "It never came to be that \(what).")
        try await Task.sleep(for: .milliseconds(5))
    }
}

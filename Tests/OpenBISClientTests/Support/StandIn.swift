import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Testing

@testable import OpenBISClient

/// The stand-in for openBIS of `Tests/standins`, as a process of its own.
///
/// It was proved by openBIS' own clients. Passwords are the names of people.
struct StandIn: Sendable {
    let address: OpenBISAddress
    let control: String
    /// A file with the authority of its certificate; nil without TLS.
    let authority: String?
    let http: HTTPClient

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardized.path

    /// Where `make test-environment` puts it; nil when that wasn't run.
    static let python: String? = {
        let program = "\(root)/.venv-test/bin/python"
        return access(program, X_OK) == 0 ? program : nil
    }()

    private struct Told: Decodable {
        let url: String
        let control: String
        let authority: String?
    }

    var settings: OpenBISSettings {
        // Longer than any test on a busy machine; those that are about limits set theirs.
        OpenBISSettings(address: address, deadline: .seconds(60), idleLimit: .seconds(60))
    }

    /// A client for whom pauses are no time.
    func client(_ change: (inout OpenBISSettings) -> Void = { _ in }) -> OpenBISClient {
        var settings = settings
        change(&settings)
        return OpenBISClient(settings, http: http, sleep: { _ in })
    }

    /// A session of somebody.
    func session(
        of user: String = "alice",
        _ change: (inout OpenBISSettings) -> Void = { _ in }
    ) async throws -> OpenBISSession {
        client(change).session(try await client().login(user: user, password: user))
    }

    /// Tells it to do something; what it is told back.
    @discardableResult func tell(_ order: String, _ more: Parameter = .members([:])) async throws -> JSONValue {
        var request = HTTPClientRequest(url: control + order)
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(more)))
        let answer = try await http.execute(request, timeout: .seconds(60))
        let told = try await answer.body.collect(upTo: 1 << 26)
        try #require(answer.status == .ok, "\(String(buffer: told))")
        let document = try JSONParser.parse(Array(told.readableBytesView))
        return try #require(try document.top.asMembers().first { $0.name == "done" }).value
    }

    /// From now on a call goes wrong.
    func fault(_ kind: String, _ call: String, _ more: [String: Parameter] = [:]) async throws {
        let told: [String: Parameter] = ["kind": .text(kind), "call": .text(call)]
        try await tell("fault", .members(told.merging(more) { $1 }))
    }

    /// All is well again.
    func mend() async throws {
        try await tell("mend")
    }

    /// How often a call came.
    func count(_ call: String) async throws -> Int {
        try await tell("seen").asList().count { try $0.text("call") == call }
    }

    /// Runs one for as long as the work takes.
    static func run(_ arguments: [String] = [], _ work: (StandIn) async throws -> Void) async throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "openbis-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: folder) }
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = ["\(root)/Tests/standins/openbis.py", "--folder", "\(folder.path)/held"] + arguments
        process.environment = ["TMPDIR": folder.path, "PATH": "/usr/bin:/bin"]
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var told: Told?
        try await eventually("the stand-in listens") {
            told = try? JSONDecoder().decode(Told.self, from: try Data(contentsOf: log))
            return told != nil
        }
        let found = try #require(told)
        let configuration = try OpenBISClient.httpConfiguration(trusting: found.authority)
        try await withHTTP(configuration) { http in
            try await work(
                StandIn(
                    address: try OpenBISAddress(found.url),
                    control: found.control,
                    authority: found.authority,
                    http: http
                )
            )
        }
    }
}

/// Gives a test a stand-in, and stops it.
func withStandIn(_ arguments: [String] = ["--tls"], _ test: (StandIn) async throws -> Void) async throws {
    try await StandIn.run(arguments, test)
}

import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Testing

@testable import OnedataClient

/// The stand-in for Onedata of `Tests/standins`, as a process of its own.
///
/// It was proved by Onedata's own clients. It has Anna and Ben, the providers `cracow`, which is asked first, and `bari`, and
/// the spaces `notebooks-shared` (at both), `climate` (at `bari`), twice `twins`, and `bare` without support.
struct StandIn: Sendable {
    let onezone: String
    let control: String
    let providers: [String: String]
    let tokens: [String: [String: String]]
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
        let onezone: String
        let control: String
        let providers: [String: String]
        let tokens: [String: [String: String]]
        let authority: String?
    }

    var settings: OnedataSettings {
        // Longer than any test on a busy machine; those that are about limits set theirs.
        OnedataSettings(onezone: onezone, deadline: .seconds(60), idleLimit: .seconds(60))
    }

    func token(_ sort: String = "full", of user: String = "anna") throws -> OnedataToken {
        try OnedataToken(try #require(tokens[user]?[sort]))
    }

    /// A client of Anna's, for whom pauses are no time.
    func client(_ sort: String = "full", _ change: (inout OnedataSettings) -> Void = { _ in }) throws -> OnedataClient {
        var settings = settings
        change(&settings)
        return try client(token: try token(sort), settings)
    }

    func client(token: OnedataToken, _ settings: OnedataSettings? = nil) throws -> OnedataClient {
        try OnedataClient(settings ?? self.settings, token: token, http: http, sleep: { _ in })
    }

    /// Tells it to do something; what it is told back.
    @discardableResult func tell(_ word: String, _ more: [String: Value] = [:]) async throws -> Value {
        var request = HTTPClientRequest(url: control)
        request.method = .POST
        let body = more.merging(["do": .text(word)]) { $1 }
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        let answer = try await http.execute(request, timeout: .seconds(60))
        let told = try await answer.body.collect(upTo: 1 << 22)
        try #require(answer.status == .ok, "\(String(buffer: told))")
        return try #require(try JSONDecoder().decode([String: Value].self, from: Data(told.readableBytesView))["done"])
    }

    /// SHA-256 of each file directly in a folder, as it has them, by the bytes of their names in hexadecimal.
    func hashes(_ space: String, _ folder: String = "") async throws -> [String: String] {
        let told = try await tell("hash", ["space": .text(space), "folder": .text(folder)])
        return try #require(told.members)
    }

    /// A new token of Anna's, which may end.
    func newToken(until end: Int? = nil) async throws -> OnedataToken {
        let more: [String: Value] = end.map { ["until": .number($0)] } ?? [:]
        let told = try await tell("token", more.merging(["user": "anna"]) { $1 })
        return try OnedataToken(try #require(told.text))
    }

    /// How often a call came to a door.
    func count(_ call: String, at door: String) async throws -> Int {
        try await tell("seen", ["door": .text(door)]).list?.count { $0 == call } ?? 0
    }

    /// Runs one for as long as the work takes.
    static func run(_ arguments: [String] = [], http: HTTPClient, _ work: (StandIn) async throws -> Void) async throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "onedata-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: folder) }
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = ["\(root)/Tests/standins/onedata.py"] + arguments
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
        try await work(
            StandIn(
                onezone: found.onezone,
                control: found.control,
                providers: found.providers,
                tokens: found.tokens,
                authority: found.authority,
                http: http
            )
        )
    }

    /// JSON, as far as the control address has it.
    enum Value: Codable, Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
        ExpressibleByBooleanLiteral
    {
        case null
        case bool(Bool)
        case number(Int)
        case text(String)
        case texts([String])
        case object([String: String])

        init(stringLiteral value: String) { self = .text(value) }
        init(integerLiteral value: Int) { self = .number(value) }
        init(booleanLiteral value: Bool) { self = .bool(value) }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Int.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode([String].self) {
                self = .texts(value)
            } else {
                self = .object(try container.decode([String: String].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            case .texts(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }

        var text: String? { if case .text(let text) = self { text } else { nil } }
        var list: [String]? { if case .texts(let texts) = self { texts } else { nil } }
        var members: [String: String]? { if case .object(let members) = self { members } else { nil } }
    }
}

/// Gives a test a stand-in, and stops it.
func withStandIn(_ arguments: [String] = [], _ test: (StandIn) async throws -> Void) async throws {
    try await withHTTP { http in
        try await StandIn.run(arguments, http: http, test)
    }
}

import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import StorageHubClient

/// The stand-in for StorageHub, as a process of its own with anna, ben and cleo in it; cleo is in no context.
struct StandIn: Sendable {
    let address: String
    let http: HTTPClient

    static let context = "/d4science.research-infrastructures.eu/FARM/Fishes"

    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "../../..").standardized.path

    /// Where `make test-environment` puts Python; nil when that wasn't run.
    static let python: String? = {
        let program = "\(root)/.venv-test/bin/python"
        return access(program, X_OK) == 0 ? program : nil
    }()

    /// What somebody sees there.
    func tree(_ name: String = "anna", _ change: (inout StorageHubSettings) -> Void = { _ in }) throws -> StorageHubTree
    {
        var settings = StorageHubSettings(
            address: "\(address)/workspace",
            deadline: .seconds(90),
            idleLimit: .seconds(90)
        )
        change(&settings)
        return StorageHubTree(try StorageHub(settings, tokens: tokens(name), http: http))
    }

    /// Tokens for the context, each from the person's sign-in.
    func tokens(_ name: String) -> StorageHubContextTokens {
        StorageHubContextTokens(
            endpoint: tokenEndpoint,
            context: Self.context,
            http: http,
            deadline: .seconds(90)
        ) {
            () async throws(StorageHubError) in
            guard let token = try? await signIn(name) else { throw .signInOver }
            return token
        }
    }

    var tokenEndpoint: String { "\(address)/auth/realms/d4science/protocol/openid-connect/token" }

    /// The token of a sign-in.
    func signIn(_ name: String) async throws -> String {
        let form = "grant_type=password&username=\(name)&password=\(name)"
        let body = try await post(tokenEndpoint, form, "application/x-www-form-urlencoded")
        return try #require(try JSONDecoder().decode([String: Loose].self, from: body)["access_token"]?.text)
    }

    /// Tells it something, and returns what came of it.
    @discardableResult
    func tell<Answer: Decodable>(_ order: String, _ told: [String: any Sendable] = [:]) async throws -> Answer {
        let body = try JSONSerialization.data(withJSONObject: told)
        let text = String(decoding: body, as: UTF8.self)
        return try JSONDecoder().decode(Done<Answer>.self, from: try await post("\(address)/standin/\(order)", text))
            .done
    }

    func tell(_ order: String, _ told: [String: any Sendable] = [:]) async throws {
        let _: Loose = try await tell(order, told)
    }

    /// An item as somebody left it; a folder without content.
    @discardableResult
    func place(
        _ title: String,
        _ content: String? = "",
        name: String? = nil,
        in parent: StorageHubItem.ID? = nil,
        _ more: [String: any Sendable] = [:],
    ) async throws -> [String] {
        var told: [String: any Sendable] = ["user": "anna", "title": title]
        if let content { told["content"] = Data(content.utf8).base64EncodedString() }
        if let name { told["name"] = name }
        if let parent { told["parent"] = parent.rawValue }
        return try await tell("place", told.merging(more) { $1 })
    }

    /// What lies behind the calls.
    func inside(_ user: String = "anna") async throws -> [Inside] { try await tell("tree", ["user": user]) }

    struct Refused: Error {
        let status: HTTPResponseStatus
    }

    private struct Done<Answer: Decodable>: Decodable {
        let done: Answer
    }

    /// A text, or anything else.
    private struct Loose: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    struct Inside: Decodable {
        let id: String
        let path: String
        let title: String
        let trashed: Bool
        let versions: [Version]

        struct Version: Decodable, Equatable {
            let name: String
            let size: Int
            let sha256: String
        }
    }

    struct Seen: Decodable {
        let calls: [String]
        let tokens: Int
    }

    func seen() async throws -> Seen { try await tell("seen") }

    private func post(_ url: String, _ body: String, _ type: String = "application/json") async throws -> Data {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(string: body))
        let answer = try await http.execute(request, timeout: .seconds(90))
        guard answer.status == .ok else { throw Refused(status: answer.status) }
        return Data(try await answer.body.collect(upTo: 1 << 24).readableBytesView)
    }

    /// Runs one for as long as the work takes.
    static func run(http: HTTPClient, _ work: (StandIn) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        let members = "\(context)=anna:WRITE_OWNER,ben:READ_ONLY"
        let people = ["anna", "ben", "cleo"].flatMap { ["--person", $0] }
        process.arguments = ["\(root)/Tests/standins/storagehub.py", "--vre", members] + people
        let log = FileManager.default.temporaryDirectory.appending(path: "storagehub-\(UUID().uuidString).log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var address: String?
        try await eventually("the stand-in listens") {
            let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            address = text.firstMatch(of: #/(http://127\.0\.0\.1:[0-9]+)\n/#).map { String($0.1) }
            return address != nil
        }
        try await work(StandIn(address: try #require(address), http: http))
    }
}

/// Gives a test the stand-in, and stops it.
func withStandIn(_ test: (StandIn) async throws -> Void) async throws {
    try await withHTTP { http in
        try await StandIn.run(http: http, test)
    }
}

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import OpenBISClient
import Synchronization
import Testing

@testable import CarrelData

/// A store over the stand-in for openBIS, with what tests want of the other side.
final class OpenBISTrial: Sendable {
    let http: HTTPClient
    let standIn: StandInProcess
    private let told: Told
    /// What the hub would give, and how often it was asked.
    let token = Mutex<(text: String?, asked: Int)>((nil, 0))

    private struct Told: Decodable {
        let url: String
        let control: String
    }

    init(http: HTTPClient, standIn: StandInProcess, line: String) throws {
        (self.http, self.standIn) = (http, standIn)
        told = try JSONDecoder().decode(Told.self, from: Data(line.utf8))
    }

    var port: Int? { URL(string: told.url)?.port }

    /// What somebody sees, of a session of their own.
    func store(of user: String?, keeping: Duration = .zero) async throws -> OpenBISStore {
        let session = if let user { try await session(of: user) } else { String?.none }
        token.withLock { $0.text = session }
        let address = try OpenBISAddress(told.url)
        let http = http
        let settings = OpenBISSettings(address: address, deadline: .seconds(60), idleLimit: .seconds(60))
        return OpenBISStore(
            lists: DataSetLists(),
            keeping: keeping,
            client: { OpenBISClient(settings, http: http) },
            token: {
                self.token.withLock { token in
                    token.asked += 1
                    return token.text
                }
            },
        )
    }

    /// The token of a new session.
    func session(of user: String) async throws -> String {
        try await tell("session", #"{"user": "\#(user)"}"#, String.self)
    }

    /// Tells the stand-in something, and gives what it is told back.
    func tell<Value: Decodable>(_ order: String, _ members: String, _ type: Value.Type) async throws -> Value {
        let answer = try await post(http, told.control + order, members)
        return try #require(try JSONDecoder().decode([String: Value].self, from: answer)["done"])
    }

    func tell(_ order: String, _ members: String = "{}") async throws {
        try await post(http, told.control + order, members)
    }

    /// What was asked since the last time.
    func calls() async throws -> [String] {
        struct Seen: Decodable {
            let call: String
        }
        let seen = try await tell("seen", "{}", [Seen].self)
        try await tell("forget")
        return seen.map(\.call)
    }
}

/// Gives a test a stand-in, and stops it.
func withOpenBIS(_ arguments: [String] = [], _ test: (OpenBISTrial) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-openbis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = try OpenBISClient.httpConfiguration()
    configuration.timeout.connect = .seconds(30)
    let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    let standIn = StandInProcess("openbis", ["--folder", "\(folder.path)/held"] + arguments, in: folder)
    let outcome: Result<Void, any Error>
    do {
        let line = try await standIn.start()
        outcome = .success(try await test(OpenBISTrial(http: http, standIn: standIn, line: line)))
    } catch {
        outcome = .failure(error)
    }
    standIn.stop()
    try await http.shutdown()
    try outcome.get()
}

import AsyncHTTPClient
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import StorageHubClient

/// A service that tests play, and a client of it.
struct TrialHub: Sendable {
    let server: TrialServer
    let hub: StorageHub
    let http: HTTPClient

    var tree: StorageHubTree { StorageHubTree(hub) }

    var address: String { "http://127.0.0.1:\(server.port)" }

    func count(_ path: String) -> Int { server.requests.count { $0.path == path } }
}

/// Gives tokens that are numbered, and notes which were refused.
final class NumberedTokens: StorageHubTokenSource {
    private let number = Mutex(1)
    let last: Int

    init(last: Int = 100) {
        self.last = last
    }

    func token(insteadOf refused: StorageHubToken?) async throws(StorageHubError) -> StorageHubToken {
        let number = number.withLock { number in
            if refused == StorageHubToken(bearer: "t0ken\(number)") { number += 1 }
            return number
        }
        guard number <= last else { throw .tokenExpired }
        return StorageHubToken(bearer: "t0ken\(number)")
    }
}

/// Gives a test a played service.
func withTrialHub(
    tokens: any StorageHubTokenSource = NumberedTokens(),
    _ change: (inout StorageHubSettings) -> Void = { _ in },
    reply: @escaping @Sendable (TrialServer.Request) -> TrialServer.Reply,
    _ test: (TrialHub) async throws -> Void,
) async throws {
    let server = try await TrialServer.start(reply)
    try await withHTTP { http in
        var settings = StorageHubSettings(
            address: "http://127.0.0.1:\(server.port)/workspace",
            deadline: .seconds(90),
            idleLimit: .seconds(90),
            longestWait: .seconds(1)
        )
        change(&settings)
        let hub = try StorageHub(settings, tokens: tokens, http: http, jitter: { 0 })
        try await test(TrialHub(server: server, hub: hub, http: http))
    }
    try await server.stop()
}

/// Gives a test an HTTP client, and shuts it down.
func withHTTP(
    _ configuration: HTTPClient.Configuration = StorageHub.httpConfiguration,
    _ test: (HTTPClient) async throws -> Void
) async throws {
    var configuration = configuration
    // Many tests share few threads.
    configuration.timeout.connect = .seconds(90)
    let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await test(http))
    } catch {
        outcome = .failure(error)
    }
    try await http.shutdown()
    try outcome.get()
}

/// The error with which something fails; nil if it doesn't.
func failure<Value>(_ work: () async throws -> Value) async -> StorageHubError? {
    do {
        _ = try await work()
        return nil
    } catch let error as StorageHubError {
        return error
    } catch {
        Issue.record("It was \(error).")
        return nil
    }
}

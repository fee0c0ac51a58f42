import AsyncHTTPClient
import NIOCore
import NIOPosix

@testable import OpenBISClient

/// Gives a test an HTTP client, and shuts it down.
func withHTTP(
    _ configuration: HTTPClient.Configuration? = nil,
    _ test: (HTTPClient) async throws -> Void
) async throws {
    var configuration = try configuration ?? OpenBISClient.httpConfiguration()
    // A machine that is busy with other tests may take its time for a handshake.
    configuration.timeout.connect = .seconds(60)
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

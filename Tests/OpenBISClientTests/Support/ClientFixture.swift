import AsyncHTTPClient
import NIOPosix

@testable import OpenBISClient

/// Gives a test an HTTP client, and shuts it down.
func withHTTP(
    _ configuration: HTTPClient.Configuration? = nil,
    _ test: (HTTPClient) async throws -> Void
) async throws {
    let http = HTTPClient(
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        configuration: try configuration ?? OpenBISClient.httpConfiguration()
    )
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await test(http))
    } catch {
        outcome = .failure(error)
    }
    try await http.shutdown()
    try outcome.get()
}

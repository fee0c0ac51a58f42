import AsyncHTTPClient
import NIOCore
import NIOPosix

@testable import OnedataClient

/// Gives a test an HTTP client, and shuts it down.
func withHTTP(
    _ configuration: HTTPClient.Configuration = OnedataClient.httpConfiguration,
    _ test: (HTTPClient) async throws -> Void
) async throws {
    var configuration = configuration
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

/// A stream of bytes for a write, in pieces of a few sizes; may break off.
struct Pieces: AsyncSequence, Sendable {
    let data: [UInt8]
    /// After so many bytes it throws.
    var breaksAfter = Int.max
    /// Done before the last piece.
    var beforeLast: (@Sendable () async throws -> Void)?

    init(data: [UInt8], breaksAfter: Int = .max, beforeLast: (@Sendable () async throws -> Void)? = nil) {
        self.data = data
        self.breaksAfter = breaksAfter
        self.beforeLast = beforeLast
    }

    struct Broken: Error {}

    func makeAsyncIterator() -> Iterator {
        Iterator(pieces: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        let pieces: Pieces
        var position = 0
        var size = 1

        mutating func next() async throws -> ByteBuffer? {
            guard position < pieces.breaksAfter else { throw Broken() }
            guard position < pieces.data.count else { return nil }
            size = size > 200_000 ? 1 : size * 7 + 1
            let end = Swift.min(position + size, pieces.data.count, pieces.breaksAfter)
            if end == pieces.data.count { try await pieces.beforeLast?() }
            defer { position = end }
            return ByteBuffer(bytes: pieces.data[position..<end])
        }
    }
}

extension OnedataContent {
    /// All of it.
    func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in self { bytes += part.readableBytesView }
        return bytes
    }
}

extension OnedataClient {
    /// All of a folder, page by page.
    func all(in path: OnedataPath, limit: Int = 1000) async throws -> [OnedataEntry] {
        var entries: [OnedataEntry] = []
        var cursor: OnedataPage.Cursor?
        repeat {
            let page = try await list(path, after: cursor, limit: limit)
            entries += page.entries
            cursor = page.next
        } while cursor != nil
        return entries
    }
}

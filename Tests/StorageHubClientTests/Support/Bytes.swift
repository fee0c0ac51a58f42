import Crypto
import Foundation
import NIOCore
import Synchronization

@testable import StorageHubClient

/// Takes bytes as they come, and keeps their hash.
final class Sink: Sendable {
    private struct State {
        var hash = SHA256()
        var head = Data()
        var count = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    /// The bytes, if they are few.
    var text: String { state.withLock { String(decoding: $0.head, as: UTF8.self) } }

    var sha256: String {
        state.withLock { state in state.hash.finalize().map { String(format: "%02x", $0) }.joined() }
    }

    func take(_ bytes: ByteBuffer) {
        state.withLock { state in
            bytes.withUnsafeReadableBytes { state.hash.update(bufferPointer: $0) }
            state.count += bytes.readableBytes
            if state.head.count < 1 << 16 { state.head.append(contentsOf: bytes.readableBytesView) }
        }
    }
}

func sha256(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
}

extension StorageHubContent {
    init(_ text: String) {
        self.init(ByteBuffer(string: text))
    }
}

/// Bytes that come in pieces, that may fail in the middle, and that tell how far they are.
struct Stream: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    struct Failed: Error, Equatable {}

    /// Each piece begins with where it is.
    private static let pattern = ByteBuffer(bytes: (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })

    let count: Int
    var failsAfter = Int.max
    let sink = Sink()

    func makeAsyncIterator() -> Iterator {
        Iterator(stream: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        let stream: Stream
        var sent = 0

        mutating func next() async throws -> ByteBuffer? {
            guard sent < stream.failsAfter else { throw Failed() }
            guard sent < stream.count else { return nil }
            let size = Swift.min(Stream.pattern.readableBytes, stream.count - sent)
            var piece = Stream.pattern
            piece.setInteger(sent, at: piece.readerIndex)
            piece = piece.readSlice(length: size) ?? ByteBuffer()
            sent += size
            stream.sink.take(piece)
            return piece
        }
    }
}

extension StorageHubTree {
    /// All of a small file.
    func text(_ path: [String]) async throws -> String {
        let sink = Sink()
        try await read(path) { sink.take($0) }
        return sink.text
    }

    /// The names in a folder, sorted by bytes.
    func names(_ path: [String] = []) async throws -> [String] {
        try await entries(at: path).map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

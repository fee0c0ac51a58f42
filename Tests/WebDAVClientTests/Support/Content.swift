import NIOCore
import Testing

@testable import WebDAVClient

/// Content to upload, in pieces; may be long in coming, and fail after some.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let count: Int
    let size: Int
    var failsAfter = Int.max
    var pause: Duration?

    struct Failed: Error {}

    /// As one; the bytes differ from piece to piece.
    var whole: [UInt8] { (0..<count).flatMap { [UInt8](repeating: UInt8($0 & 0xff), count: size) } }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let pieces: Pieces
        var number = 0

        mutating func next() async throws -> ByteBuffer? {
            guard number < pieces.failsAfter else { throw Failed() }
            guard number < pieces.count else { return nil }
            if let pause = pieces.pause { try await Task.sleep(for: pause) }
            defer { number += 1 }
            return ByteBuffer(repeating: UInt8(number & 0xff), count: pieces.size)
        }
    }
}

/// Content of one piece.
func content(_ bytes: some Sequence<UInt8> & Sendable) -> Once {
    Once(buffer: ByteBuffer(bytes: bytes))
}

func content(_ text: String) -> Once {
    Once(buffer: ByteBuffer(string: text))
}

struct Once: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let buffer: ByteBuffer

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var buffer: ByteBuffer?

        mutating func next() async throws -> ByteBuffer? {
            defer { buffer = nil }
            return buffer
        }
    }
}

/// A path, for a literal that is one.
func path(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> WebDAVPath {
    try #require(WebDAVPath(text), sourceLocation: sourceLocation)
}

extension WebDAVRemote {
    /// A file as one.
    func whole(_ path: WebDAVPath, _ range: WebDAVRange = .all) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in try await read(path, range).body { bytes += part.readableBytesView }
        return bytes
    }

    /// A folder's names, in no order.
    func names(_ path: WebDAVPath = .root) async throws -> Set<WebDAVName> {
        var names: Set<WebDAVName> = []
        for try await entry in try await list(path) {
            if let name = entry.path.last { names.insert(name) }
        }
        return names
    }

    /// What is in a folder, read whole.
    func entries(_ path: WebDAVPath = .root) async throws -> [WebDAVEntry] {
        var entries: [WebDAVEntry] = []
        for try await entry in try await list(path) { entries.append(entry) }
        return entries
    }
}

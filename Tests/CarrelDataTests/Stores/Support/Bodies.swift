import Crypto
import Foundation
import NIOCore
import Testing

@testable import CarrelData

/// Bytes that come in pieces of many sizes; may break off, and may do something in the middle.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    struct Broken: Error {}

    let count: Int
    /// After so many bytes it throws.
    var breaksAfter = Int.max
    /// Done once about half of the bytes are gone.
    var half: (@Sendable () async throws -> Void)?

    /// Byte after byte of them, each of which tells where it is.
    static func bytes(_ range: Range<Int>) -> ByteBuffer {
        ByteBuffer(bytes: range.lazy.map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8) ^ ($0 >> 16)) })
    }

    /// Their hash, in hexadecimal.
    var sha256: String {
        var hash = SHA256()
        var start = 0
        while start < count {
            let end = Swift.min(start + 1 << 16, count)
            Self.bytes(start..<end).withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            start = end
        }
        return hexadecimal(hash.finalize())
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let pieces: Pieces
        var position = 0
        var size = 1
        var half: (@Sendable () async throws -> Void)?

        init(pieces: Pieces) {
            self.pieces = pieces
            half = pieces.half
        }

        mutating func next() async throws -> ByteBuffer? {
            guard position < pieces.breaksAfter else { throw Broken() }
            if position * 2 >= pieces.count, let half {
                self.half = nil
                try await half()
            }
            guard position < pieces.count else { return nil }
            size = size > 200_000 ? 1 : size * 7 + 1
            let end = Swift.min(position + size, pieces.count, pieces.breaksAfter)
            defer { position = end }
            return Pieces.bytes(position..<end)
        }
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

extension DataBody {
    init(_ text: String) {
        self.init(ByteBuffer(string: text))
    }

    /// Bytes in pieces, whose number is known or not.
    init(_ pieces: Pieces, isSizeKnown: Bool = true) {
        self.init(size: isSizeKnown ? Int64(pieces.count) : nil, pieces)
    }

    /// All of them, of few.
    func text() async throws -> String {
        var bytes = ByteBuffer()
        for try await var piece in self { bytes.writeBuffer(&piece) }
        return String(buffer: bytes)
    }

    /// How many there are, and their hash.
    func measured() async throws -> (count: Int64, sha256: String) {
        var hash = SHA256()
        var count: Int64 = 0
        for try await piece in self {
            piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            count += Int64(piece.readableBytes)
        }
        return (count, hexadecimal(hash.finalize()))
    }
}

extension DataStore {
    /// Writes a short text.
    @discardableResult
    func put(_ text: String, _ path: DataPath, if condition: DataCondition = .none) async throws -> DataEntry {
        try await write(DataBody(text), to: path, if: condition, modified: nil)
    }

    /// Reads a short text.
    func text(_ path: DataPath, _ range: DataRange = .all, of version: DataVersion? = nil) async throws -> String {
        try await read(path, range, of: version).body.text()
    }

    /// The names in a folder.
    func names(_ path: DataPath) async throws -> [DataName] {
        try await entries(of: path).all().compactMap(\.name)
    }
}

/// The fault with which something fails; nil if it doesn't.
func fault<Value>(_ work: () async throws -> Value) async -> DataFault? {
    do {
        _ = try await work()
        return nil
    } catch let fault as DataFault {
        return fault
    } catch {
        Issue.record("It was \(error).")
        return nil
    }
}

/// Expects that something fails with a fault.
func expect<Value>(
    _ expected: DataFault,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Value,
) async {
    let found = await fault(work)
    #expect(found == expected, sourceLocation: sourceLocation)
}

import Glibc
import NIOCore

/// The bytes of an open file, read when they are asked for.
struct LocalBytes: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    static let pieceSize: Int64 = 256 << 10

    let file: LocalDescriptor
    let range: Range<Int64>
    let account: LocalAccount?
    let owner: LocalOwner
    let workers: LocalWorkers

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: self, place: range.lowerBound) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let bytes: LocalBytes
        var place: Int64

        /// The next piece; nil at the end.
        ///
        /// - Throws: ``DataFault``; ``DataFault/changed`` when the file has become shorter.
        mutating func next() async throws -> ByteBuffer? {
            guard place < bytes.range.upperBound else { return nil }
            guard !Task.isCancelled else { throw DataFault.cancelled }
            let start = place
            let count = Int(Swift.min(LocalBytes.pieceSize, bytes.range.upperBound - place))
            let file = bytes.file
            let piece = try await bytes.workers.run(as: bytes.account, of: bytes.owner, opening: { file }) {
                file throws(DataFault) in
                try LocalBytes.piece(of: file, from: start, count: count)
            }
            place += Int64(piece.readableBytes)
            return piece
        }
    }

    private static func piece(of file: LocalDescriptor, from start: Int64, count: Int) throws(DataFault) -> ByteBuffer {
        var piece = ByteBufferAllocator().buffer(capacity: count)
        while true {
            var number: Int32 = 0
            let got = piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { pointer in
                let got = pread(file.number, pointer.baseAddress, count, off_t(start))
                if got < 0 { number = errno }
                return Swift.max(0, got)
            }
            if got > 0 { return piece }
            if number == 0 { throw .changed }
            if number != EINTR { throw DataFault(system: number) }
        }
    }
}

extension DataRange {
    /// Which bytes those are in a file of that size.
    ///
    /// - Throws: ``DataFault/rangeOutside(size:)`` when there are none.
    func bytes(ofSize size: Int64) throws(DataFault) -> Range<Int64> {
        let range: Range<Int64>
        switch self {
        case .all: return 0..<size
        case .from(let first): range = max(0, first)..<max(size, first, 0)
        case .last(let count) where count > 0: return max(0, size - count)..<size
        case .last: throw .rangeOutside(size: size)
        case .bytes(let bytes): range = max(0, bytes.lowerBound)..<max(min(size, bytes.upperBound), bytes.lowerBound, 0)
        }
        guard range.lowerBound < size, !range.isEmpty else { throw .rangeOutside(size: size) }
        return range
    }
}

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A part of a file that somebody wants, and what of an answer belongs to it.
///
/// Pure.
struct FilePart: Sendable {
    let offset: Int64
    let count: Int64?

    init(offset: Int64, count: Int64?) {
        self.offset = max(0, offset)
        self.count = count.map { max(0, $0) }
    }

    /// The field `Range` (RFC 9110 §14.2); nil if everything is wanted.
    var field: String? {
        guard offset > 0 || count != nil else { return nil }
        let end = count.flatMap { count in
            let (end, isTooLarge) = offset.addingReportingOverflow(count - 1)
            return isTooLarge ? nil : end
        }
        return "bytes=\(offset)-\(end.map(String.init) ?? "")"
    }

    /// How the bytes of an answer are sorted.
    ///
    /// - Throws: ``StorageHubError/nonsense(_:_:)`` for a part that begins elsewhere or ends too early.
    func window(of response: HTTPClientResponse) throws(StorageHubError) -> Window {
        let length = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
        guard response.status == .partialContent else { return Window(skip: offset, left: count, length: length) }
        guard field != nil, let range = response.headers.first(name: "Content-Range"), covers(range) else {
            throw .nonsense(.read, .range)
        }
        return Window(skip: 0, left: count, length: length)
    }

    /// Whether a `Content-Range` (RFC 9110 §14.4) begins where it should, and has all that is wanted and is there.
    func covers(_ range: String) -> Bool {
        guard let found = range.wholeMatch(of: #/bytes ([0-9]+)-([0-9]+)/([0-9]+)/#), Int64(found.1) == offset,
            let last = Int64(found.2), let size = Int64(found.3), last < size
        else { return false }
        let isLast = last == size - 1
        return isLast || count.map { last - offset >= $0 - 1 } ?? false
    }

    /// What is still to come of an answer, and what of it is wanted.
    struct Window {
        private var skip: Int64
        private var left: Int64?
        /// What the answer says that it holds still; nil if it doesn't say.
        private var length: Int64?

        init(skip: Int64, left: Int64?, length: Int64?) {
            self.skip = skip
            self.left = left
            self.length = length
        }

        /// Whether nothing of what may come is wanted.
        var isOver: Bool { left == 0 }

        /// Whether as much came as was said.
        var isWhole: Bool { (length ?? 0) == 0 }

        /// What is wanted of the next bytes; nil for nothing.
        mutating func take(_ bytes: ByteBuffer) -> ByteBuffer? {
            var bytes = bytes
            length = length.map { $0 - Int64(bytes.readableBytes) }
            let dropped = min(skip, Int64(bytes.readableBytes))
            skip -= dropped
            bytes.moveReaderIndex(forwardBy: Int(dropped))
            let wanted = min(left ?? .max, Int64(bytes.readableBytes))
            left = left.map { $0 - wanted }
            return wanted == 0 ? nil : bytes.readSlice(length: Int(wanted))
        }
    }
}

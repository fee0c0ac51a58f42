import Foundation
public import NIOCore
import NIOPosix

/// A file that is to be uploaded.
public struct OpenBISUploadFile: Sendable {
    /// Where it is to be in the dataset, such as `a.txt` or `run/a.txt`; API 3.5 takes no folders.
    public let path: String
    /// In bytes.
    public let length: Int64
    /// Begins to read it.
    let slices: @Sendable () -> Slice

    /// The bytes from there on, exactly so many; called from the beginning to the end.
    typealias Slice = @Sendable (_ offset: Int64, _ count: Int) async throws(OpenBISError) -> ByteBuffer

    /// A file of this machine, which must not change meanwhile.
    ///
    /// - Parameters:
    ///   - path: where it is to be in the dataset.
    ///   - file: its path on this machine; a link is followed.
    ///   - length: in bytes.
    public init(path: String, file: String, length: Int64) {
        self.path = path
        self.length = length
        let slice: Slice = { offset, count throws(OpenBISError) in
            do {
                let read = try await NIOThreadPool.singleton.runIfActive {
                    let handle = try FileHandle(forReadingFrom: URL(filePath: file))
                    defer { try? handle.close() }
                    try handle.seek(toOffset: UInt64(offset))
                    return ByteBuffer(bytes: try handle.read(upToCount: count) ?? Data())
                }
                guard read.readableBytes == count else { throw OpenBISError.sourceFailed }
                return read
            } catch {
                throw Task.isCancelled ? .cancelled : .sourceFailed
            }
        }
        slices = { slice }
    }

    /// Bytes as they come.
    ///
    /// - Parameters:
    ///   - path: where it is to be in the dataset.
    ///   - length: how many there are.
    ///   - content: read once for each upload, and at most 10 MiB ahead.
    public init<Content: AsyncSequence & Sendable>(path: String, length: Int64, content: Content)
    where Content.Element == ByteBuffer {
        self.path = path
        self.length = length
        slices = {
            let source = StreamSource(content)
            return { offset, count throws(OpenBISError) in
                try await source.slice(count, isLast: offset + Int64(count) == length)
            }
        }
    }
}

/// A stream that is cut into slices.
private actor StreamSource<Content: AsyncSequence & Sendable> where Content.Element == ByteBuffer {
    private let content: Content
    private var iterator: Content.AsyncIterator?
    private var rest = ByteBuffer()

    init(_ content: Content) {
        self.content = content
    }

    /// The next bytes; behind the last ones there must be no more.
    func slice(_ count: Int, isLast: Bool) async throws(OpenBISError) -> ByteBuffer {
        do {
            var slice = ByteBuffer()
            while slice.readableBytes < count {
                if rest.readableBytes == 0 {
                    guard let part = try await pulled() else { throw OpenBISError.sourceFailed }
                    rest = part
                }
                if let part = rest.readSlice(length: min(rest.readableBytes, count - slice.readableBytes)) {
                    slice.writeImmutableBuffer(part)
                }
            }
            if isLast {
                while rest.readableBytes == 0 {
                    guard let part = try await pulled() else { return slice }
                    rest = part
                }
                throw OpenBISError.sourceFailed
            }
            return slice
        } catch {
            throw Task.isCancelled ? .cancelled : .sourceFailed
        }
    }

    private func pulled() async throws -> ByteBuffer? {
        // Slices are asked for one after the other, so that nothing happens to the iterator meanwhile.
        var iterator = iterator ?? content.makeAsyncIterator()
        let part = try await iterator.next(isolation: self)
        self.iterator = iterator
        return part
    }
}

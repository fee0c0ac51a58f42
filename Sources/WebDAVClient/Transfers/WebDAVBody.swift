import AsyncHTTPClient
public import NIOCore

/// The bytes of a file as they come; they can be gone through once.
public struct WebDAVBody: AsyncSequence, Sendable {
    /// Some bytes, at least one.
    public typealias Element = ByteBuffer

    let reading: Reading
    let head: Reading.Head
    let parts: HTTPClientResponse.Body

    /// Begins at the first byte.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reading: reading, head: head, parts: parts.makeAsyncIterator())
    }

    /// Goes through the bytes, over more than one connection if need be.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let reading: Reading
        private let head: Reading.Head
        private var parts: HTTPClientResponse.Body.AsyncIterator?
        private var received: Int64 = 0
        /// How often the connection broke since bytes came.
        private var failures = 0

        init(reading: Reading, head: Reading.Head, parts: HTTPClientResponse.Body.AsyncIterator) {
            self.reading = reading
            self.head = head
            self.parts = parts
        }

        /// The next bytes; nil after the last.
        ///
        /// - Throws: ``WebDAVError``; ``WebDAVError/changedMeanwhile`` when the file changed between two connections.
        public mutating func next() async throws -> ByteBuffer? {
            do {
                while let part = try await nextPart() {
                    guard part.readableBytes > 0 else { continue }
                    return part
                }
                parts = nil
                return nil
            } catch {
                parts = nil
                throw error
            }
        }

        private mutating func nextPart() async throws(WebDAVError) -> ByteBuffer? {
            if let limit = reading.range.limit, received >= limit { return nil }
            while true {
                guard parts != nil else { return nil }
                do {
                    guard var part = try await parts?.next() else {
                        guard !Task.isCancelled else { throw WebDAVError.cancelled }
                        guard received == head.count ?? received else { throw WebDAVError.offline(.read) }
                        return nil
                    }
                    return try take(&part)
                } catch {
                    try await resume(after: .fault(error, of: .read))
                }
            }
        }

        /// Counts, and cuts what a server sends beyond what was asked for.
        private mutating func take(_ part: inout ByteBuffer) throws(WebDAVError) -> ByteBuffer {
            if let limit = reading.range.limit, Int64(part.readableBytes) > limit - received {
                part = part.getSlice(at: part.readerIndex, length: Int(limit - received)) ?? part
            }
            received += Int64(part.readableBytes)
            guard received <= head.count ?? .max else { throw .malformed(.read, .length) }
            if part.readableBytes > 0 { failures = 0 }
            return part
        }

        /// Goes on over another connection, if it is the same file for sure.
        private mutating func resume(after error: WebDAVError) async throws(WebDAVError) {
            parts = nil
            if let count = head.count, received == count { return }
            guard error == .offline(.read) || error == .timedOut(.read), head.etag != nil else { throw error }
            var last = error
            while parts == nil {
                failures += 1
                try await reading.calls.pause(after: last, .always, failures: failures)
                do throws(WebDAVError) {
                    let (response, head) = try await reading.begin(at: received, of: self.head, .never)
                    guard head.etag != nil, head.total == self.head.total else { throw .changedMeanwhile }
                    parts = response.body.makeAsyncIterator()
                } catch {
                    let isOther = error == .preconditionFailed(.read) || error == .rangeOutside
                    last = isOther ? .changedMeanwhile : error
                }
            }
        }
    }
}

@available(*, unavailable)
extension WebDAVBody.AsyncIterator: Sendable {}

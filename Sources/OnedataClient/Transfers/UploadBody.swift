import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// What is to be written, in pieces that are small enough to see them go.
struct UploadBody<Source: AsyncSequence & Sendable>: AsyncSequence, Sendable where Source.Element == ByteBuffer {
    typealias Element = ByteBuffer

    let source: Source
    /// How many bytes there are; nil if it isn't known.
    let length: Int64?
    let watch: UploadWatch

    /// There are more bytes than were announced.
    struct Overlong: Error {}

    /// The largest piece, in bytes.
    static var piece: Int { 64 * 1024 }

    func makeAsyncIterator() -> Iterator {
        Iterator(source: source.makeAsyncIterator(), length: length, watch: watch)
    }

    struct Iterator: AsyncIteratorProtocol {
        var source: Source.AsyncIterator
        let length: Int64?
        let watch: UploadWatch
        var rest = ByteBuffer()

        mutating func next() async throws -> ByteBuffer? {
            while rest.readableBytes == 0 {
                watch.askedSource()
                do {
                    guard let part = try await source.next() else {
                        watch.ended()
                        return nil
                    }
                    rest = part
                } catch {
                    watch.sourceBroke()
                    throw error
                }
                watch.sourceGave()
            }
            let part = rest.readSlice(length: Swift.min(rest.readableBytes, UploadBody.piece))
            watch.sent(part?.readableBytes ?? 0)
            if let length, watch.bytes > length { throw Overlong() }
            return part
        }
    }
}

extension ProviderCalls {
    /// Puts content into a file instead of what is there; what was cut off in the middle stays there in part.
    ///
    /// - Returns: how many bytes went.
    func put<Source: AsyncSequence & Sendable>(
        _ source: Source,
        length: Int64?,
        into id: String,
    ) async throws(CallFailure) -> Int64 where Source.Element == ByteBuffer {
        let watch = UploadWatch()
        var request = calls.head(.PUT, "\(Self.data(id))/content", at: place)
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        let body = UploadBody(source: source, length: length, watch: watch)
        // Of a body that is known to be empty the HTTP client takes nothing, and would not see that it isn't.
        let isKnown = length.map { $0 > 0 } ?? false
        request.body = .stream(body, length: isKnown ? .known(length ?? 0) : .unknown)
        let answer: ServiceAnswer
        do throws(CallFailure) {
            answer = try await ServiceCalls.race { [request, calls, place] in
                await calls.result(of: request, place.service, deadline: .distantFuture)
            } against: { [calls, place] in
                let settings = calls.settings
                let limit = try await watch.stalled(idle: settings.idleLimit, deadline: settings.deadline)
                return CallFailure(.slow(place.service, after: limit), isOpen: true)
            }
        } catch {
            if watch.sourceFailed, error.error != .cancelled { throw CallFailure(.sourceFailed) }
            if let length, watch.bytes > length { throw CallFailure(.incomplete) }
            throw error
        }
        if let error = answer.error { throw CallFailure(error) }
        if let length, watch.bytes != length { throw CallFailure(.incomplete) }
        return watch.bytes
    }
}

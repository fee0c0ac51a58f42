import HTTPTypes
import HummingbirdCore
import NIOCore

/// A request of somebody who was let in.
struct GatewayCall {
    let method: String
    let path: DataPath
    /// Whether the address ends as a folder's does.
    let hasSlash: Bool
    let headers: HTTPFields
    let body: RequestBody
    let caller: GatewayCaller

    var tree: DataTree { caller.tree }

    /// How many bytes the body has; nil when that isn't said.
    var size: Int64? { headers[.contentLength].flatMap { Int64($0) } }

    /// Whether there is a body.
    var hasBody: Bool { headers[.transferEncoding] != nil || (size ?? 0) > 0 }

    /// The body's XML; nil when there is no body.
    ///
    /// - Throws: ``GatewayRefusal`` for one that is too large or isn't XML.
    func xml() async throws -> XMLElement? {
        guard hasBody else { return nil }
        let bytes: ByteBuffer
        do {
            bytes = try await body.collect(upTo: XMLTreeReader.largest)
        } catch is NIOTooManyBytesError {
            throw GatewayRefusal(DataFault.tooLarge)
        }
        if bytes.readableBytes == 0 { return nil }
        guard let root = XMLTreeReader.read(bytes) else { throw GatewayRefusal.badXML }
        return root
    }
}

/// A request's body, which has to be as long as was said.
struct CountedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let size: Int64?

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: body.makeAsyncIterator(), left: size) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var pieces: RequestBody.AsyncIterator
        var left: Int64?

        mutating func next() async throws -> ByteBuffer? {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                throw DataFault.bodyFailed
            }
            guard let piece else {
                // A server that is ended closes its side, and then a body ends without having been whole.
                guard left ?? 0 == 0, !Task.isCancelled else { throw DataFault.bodyFailed }
                return nil
            }
            if let before = left {
                left = before - Int64(piece.readableBytes)
                guard before >= Int64(piece.readableBytes) else { throw DataFault.bodyFailed }
            }
            return piece
        }
    }
}

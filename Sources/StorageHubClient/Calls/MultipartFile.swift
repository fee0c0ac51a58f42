import NIOCore

/// A file in a form (RFC 7578), with its name and an empty description beside it.
///
/// This is what `create/FILE` takes (reference `egi.md` 3.2).
struct MultipartFile: Sendable {
    let name: String
    let content: StorageHubContent
    /// What divides the parts: random, so that it isn't in the content.
    let boundary: String

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    private var head: ByteBuffer {
        let text = "text/plain; charset=UTF-8"
        return ByteBuffer(
            string: part("name", type: text) + name + "\r\n" + part("description", type: text) + "\r\n"
                + part("file", type: "application/octet-stream", more: "; filename=\"file\"")
        )
    }

    private var tail: ByteBuffer { ByteBuffer(string: "\r\n--\(boundary)--\r\n") }

    /// The length of the whole body; nil if that of the content isn't known.
    var length: Int? {
        content.length.map { head.readableBytes + Int($0) + tail.readableBytes }
    }

    /// The whole body.
    ///
    /// It fails, and so breaks the connection off, when the content does or has another length.
    func body(_ watch: ProgressWatch, commitLimit: Duration, _ fault: SourceFault) -> Body {
        Body(file: self, head: head, tail: tail, watch: watch, commitLimit: commitLimit, fault: fault)
    }

    private func part(_ name: String, type: String, more: String = "") -> String {
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\nContent-Type: \(type)\r\n\r\n"
    }

    struct Body: AsyncSequence, Sendable {
        let file: MultipartFile
        let head: ByteBuffer
        let tail: ByteBuffer
        let watch: ProgressWatch
        let commitLimit: Duration
        let fault: SourceFault

        func makeAsyncIterator() -> Iterator {
            Iterator(body: self, source: file.content.makePieces())
        }
    }

    struct Iterator: AsyncIteratorProtocol {
        let body: Body
        var source: StorageHubContent.Pieces
        var sent: Int64 = 0
        var stage = Stage.head

        enum Stage {
            case head, content, end
        }

        mutating func next() async throws -> ByteBuffer? {
            switch stage {
            case .head:
                stage = .content
                body.watch.waits()
                return body.head
            case .content: return try await piece() ?? finish()
            case .end: return nil
            }
        }

        private mutating func piece() async throws -> ByteBuffer? {
            body.watch.rests()
            do {
                guard let piece = try await source.next() else { return nil }
                sent += Int64(piece.readableBytes)
                guard sent <= body.file.content.length ?? .max else { throw StorageHubError.wrongLength }
                body.watch.rests(after: piece.readableBytes)
                body.watch.waits()
                return piece
            } catch {
                body.fault.note(error)
                throw error
            }
        }

        private mutating func finish() throws -> ByteBuffer {
            guard sent == body.file.content.length ?? sent else {
                body.fault.note(StorageHubError.wrongLength)
                throw StorageHubError.wrongLength
            }
            stage = .end
            body.watch.waits(limit: body.commitLimit)
            return body.tail
        }
    }
}

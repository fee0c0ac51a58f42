import NIOCore

/// Asks the hub for the page that explains an error.
///
/// `GET <target>/<status>?url=<address asked for>`, as configurable-http-proxy does; whatever status the hub gives, its
/// body is shown under the real one.
final class ErrorPageFetcher: UpstreamDelegate {
    static let maximumSize = 256 * 1024

    let scratch: LoopContext
    private let id: RequestID
    private var upstream: UpstreamHandler?
    private var done: ((LocalAnswer?) -> Void)?
    private var answer = LocalAnswer(status: 0)

    init(scratch: LoopContext, id: RequestID) {
        self.scratch = scratch
        self.id = id
    }

    var canTakeMore: Bool { true }

    func fetch(
        _ status: Int,
        of target: UpstreamTarget,
        asked: String,
        host: String,
        then done: @escaping (LocalAnswer?) -> Void
    ) {
        self.done = done
        answer.status = status
        answer.fields = ["Cache-Control: no-store"]
        let path = "\(target.prefix)/\(status)?url=\(PercentCoding.encode(asked.utf8))"
        let head = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nAccept: text/html\r\nX-Request-ID: \(id)\r\n\r\n"
        // Always a connection of its own: nothing here is worth a retry.
        guard scratch.pool.hasRoom(target.endpoint) else { return finish(nil) }
        scratch.pool.connect(target.endpoint) { [self] result in
            guard self.done != nil, case .success(let upstream) = result else {
                if case .success(let unused) = result { unused.close() }
                return finish(nil)
            }
            self.upstream = upstream
            upstream.begin(self, method: .get, wantsUpgrade: false)
            upstream.write(ByteBuffer(string: head))
            upstream.flush()
        }
    }

    func cancel() {
        done = nil
        upstream?.abandon()
        upstream = nil
    }

    private func finish(_ answer: LocalAnswer?) {
        let done = done
        cancel()
        done?(answer)
    }

    // MARK: UpstreamDelegate

    func upstream(didReceive head: ResponseHead, fields: [Field], bytes: Span<UInt8>) -> BodyPump.Framing? {
        for field in fields where ByteRules.spells(bytes, field.nameStart, field.nameEnd, "content-type") {
            var value: [UInt8] = []
            for index in field.valueStart..<field.valueEnd { value.append(bytes[index]) }
            answer.contentType = String(decoding: value, as: UTF8.self)
        }
        return .stripped
    }

    func upstream(didReceive body: ByteBuffer) {
        guard answer.body.count + body.readableBytes <= ErrorPageFetcher.maximumSize else { return finish(nil) }
        answer.body += body.readableBytesView
    }

    func upstreamDidEnd(isReusable: Bool) {
        finish(answer.body.isEmpty ? nil : answer)
    }

    func upstreamDidSwitch(leftover: ByteBuffer?) { finish(nil) }
    func upstreamDidFail(_ failure: UpstreamFailure) { finish(nil) }
    func upstreamDidEndOutput() {}
    func upstreamDidFinishReading() {}
    func upstreamBecameWritable() {}
}

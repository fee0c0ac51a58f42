import NIOCore
import Synchronization

/// What is done with what comes from the server.
extension ClientHandler: UpstreamDelegate {
    var canTakeMore: Bool { context?.channel.isWritable ?? false }

    func upstream(didReceive head: ResponseHead, fields: [Field], bytes: Span<UInt8>) -> BodyPump.Framing? {
        guard let exchange else { return nil }
        if head.status == 101 {
            writeHead(head, fields, bytes, framing: .none, persistence: .upgrade)
            return .stripped
        }
        if head.isInterim {
            guard !exchange.isHTTP10 else { return .stripped }
            writeHead(head, fields, bytes, framing: .none, persistence: .keepAlive)
            flushUnsent()
            return .stripped
        }
        let chunksStay = !(head.framing == .chunked && exchange.isHTTP10)
        let framing = chunksStay ? head.framing : .untilClose
        let isEarlyRefusal = head.status >= 400 && !exchange.requestBody.isComplete
        if framing == .untilClose || isEarlyRefusal { self.exchange?.closesAfter = true }
        if scratch.shared.isDraining.load(ordering: .relaxed) { self.exchange?.closesAfter = true }
        self.exchange?.hasResponse = true
        self.exchange?.status = head.status
        writeHead(head, fields, bytes, framing: framing, persistence: self.exchange?.persistence ?? .close)
        return chunksStay ? .passedOn : .stripped
    }

    private func writeHead(
        _ head: ResponseHead,
        _ fields: [Field],
        _ bytes: Span<UInt8>,
        framing: BodyFraming,
        persistence: HeadWriter.Persistence
    ) {
        guard let id = exchange?.id else { return }
        var out = ByteBuffer()
        out.reserveCapacity(minimumWritableBytes: bytes.count + 256)
        HeadWriter.writeResponse(
            head,
            fields,
            from: bytes,
            framing: framing,
            persistence: persistence,
            requestID: id,
            shield: exchange?.route?.shield,
            into: &out
        )
        unsent = out
    }

    /// Small parts join the head that is still here; larger ones are passed on as they are.
    func upstream(didReceive body: ByteBuffer) {
        moved += body.readableBytes
        if case .tunnel(_, let route) = phase { route?.counters.touch(at: scratch.wallMilliseconds) }
        if body.readableBytes <= 8192, unsent != nil {
            unsent?.writeImmutableBuffer(body)
            return
        }
        writeUnsent()
        context?.write(Self.wrapOutboundOut(body), promise: nil)
    }

    private func writeUnsent() {
        guard let buffer = unsent else { return }
        unsent = nil
        context?.write(Self.wrapOutboundOut(buffer), promise: nil)
    }

    func flushUnsent() {
        writeUnsent()
        context?.flush()
    }

    func upstreamDidFinishReading() {
        flushUnsent()
    }

    func upstreamBecameWritable() {
        context?.read()
    }

    func upstreamDidEnd(isReusable: Bool) {
        guard let exchange, let upstream = exchange.upstream else { return }
        self.exchange?.upstream = nil
        if isReusable, exchange.requestBody.isComplete {
            scratch.pool.checkIn(upstream, now: scratch.now)
        } else {
            upstream.abandon()
        }
        if exchange.status < 300 { exchange.route?.counters.touch(at: scratch.wallMilliseconds) }
        finishResponse()
    }

    /// The answer is complete: on to the next request, or to the end.
    func finishResponse() {
        guard let exchange else { return }
        flushUnsent()
        self.exchange = nil
        if exchange.closesAfter || !exchange.requestBody.isComplete || (inputClosed && pending == nil) {
            startLingering()
            return
        }
        guard case .exchange = phase else { return }
        phase = .head
        guard pending != nil else { return }
        pump()
        flushUpstream()
        if wantsMore { context?.read() }
    }

    /// Ends the answer's direction and waits for the client to do the same, so that it can read to the end.
    private func startLingering() {
        guard let context else { return }
        phase = .linger
        pending = nil
        if inputClosed {
            context.closeAfterFlush()
        } else {
            context.close(mode: .output, promise: nil)
            self.context?.read()
        }
    }

    func upstreamDidSwitch(leftover: ByteBuffer?) {
        guard let exchange, let upstream = exchange.upstream else { return }
        self.exchange = nil
        exchange.route?.counters.tunnelOpened()
        exchange.route?.counters.touch(at: scratch.wallMilliseconds)
        phase = .tunnel(upstream, exchange.route)
        if let leftover { self.upstream(didReceive: leftover) }
        flushUnsent()
        pump()
        flushUpstream()
        context?.read()
        if inputClosed { upstream.endOutput() }
    }

    func upstreamDidEndOutput() {
        guard let context else { return }
        flushUnsent()
        serverEnded = true
        if inputClosed {
            context.closeAfterFlush()
        } else {
            context.close(mode: .output, promise: nil)
        }
    }

    func upstreamDidFail(_ failure: UpstreamFailure) {
        if case .tunnel = phase {
            serverEnded = true
            context?.closeAfterFlush()
            return
        }
        guard let exchange else { return }
        self.exchange?.upstream = nil
        if exchange.hasResponse {
            guard unsent != nil else {
                // Cut short, so that the client can tell.
                context?.close(promise: nil)
                return
            }
            // Nothing of the answer has gone out yet, so the client can still be told in words.
            unsent = nil
            self.exchange?.hasResponse = false
        }
        if exchange.mayRetry, failure == .closed, let endpoint = exchange.route?.target.endpoint {
            self.exchange?.hasRetried = true
            connect(to: endpoint, mayUseKept: false)
            return
        }
        fail(failure.status)
    }
}

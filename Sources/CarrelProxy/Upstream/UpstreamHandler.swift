import NIOCore

/// One connection to a server: reads responses, and nothing that was not asked for.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case idle
        case head
        case body(BodyPump, isReusable: Bool)
        case tunnel
        case closed
    }

    let endpoint: UpstreamTarget.Endpoint
    var idleSince = NIODeadline.now()
    /// How many requests it has carried; a first one meets no stale connection.
    private(set) var requestCount = 0

    private let pool: UpstreamPool
    private let isTCP: Bool
    private var context: ChannelHandlerContext?
    private var delegate: (any UpstreamDelegate)?
    private var state = State.idle
    private var method = RequestMethod.get
    private var wantsUpgrade = false
    private var scanner = HeadScanner()
    private var pending: ByteBuffer?
    private var isCounted = true
    private var inputClosed = false

    init(endpoint: UpstreamTarget.Endpoint, pool: UpstreamPool) {
        self.endpoint = endpoint
        self.pool = pool
        if case .tcp = endpoint { isTCP = true } else { isTCP = false }
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    // MARK: For whoever asks

    /// Expects a response from here on.
    func begin(_ delegate: any UpstreamDelegate, method: RequestMethod, wantsUpgrade: Bool) {
        self.delegate = delegate
        self.method = method
        self.wantsUpgrade = wantsUpgrade
        scanner = HeadScanner()
        requestCount += 1
        state = .head
        if requestCount == 1 { context?.read() }
    }

    func write(_ buffer: ByteBuffer) {
        context?.write(Self.wrapOutboundOut(buffer), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    /// Reads on after the client has caught up.
    func resumeReading() {
        context?.read()
    }

    /// Lets go of whoever asked, and of the connection.
    func abandon() {
        delegate = nil
        close()
    }

    /// Lets go of whoever asked; the connection lives on in the pool.
    func release() {
        delegate = nil
        state = .idle
    }

    /// Ends this direction once everything has been sent.
    func endOutput() {
        guard let context else { return }
        if inputClosed { context.closeAfterFlush() } else { context.close(mode: .output, promise: nil) }
    }

    /// Ends both directions of a tunnel once everything has been sent.
    ///
    /// A server that doesn't take the rest is not waited for without end.
    func endTunnel() {
        delegate = nil
        guard let context else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let deadline = context.eventLoop.scheduleTask(in: pool.tunnelRest) { bound.value.close(promise: nil) }
        context.channel.closeFuture.whenComplete { _ in deadline.cancel() }
        context.closeAfterFlush()
    }

    func close() {
        context?.close(promise: nil)
    }

    // MARK: For the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        if case .tunnel = state {
            delegate?.upstream(didReceive: buffer)
            return
        }
        if pending == nil { pending = buffer } else { pending?.writeImmutableBuffer(buffer) }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .idle: context.read()
        case .closed: break
        case .tunnel where delegate == nil: break
        case .head, .body, .tunnel:
            if isTCP { acknowledgeAtOnce(context) }
            delegate?.upstreamDidFinishReading()
            if delegate?.canTakeMore == true { context.read() }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { delegate?.upstreamBecameWritable() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return }
        inputClosed = true
        if case .tunnel = state {
            delegate?.upstreamDidEndOutput()
        } else {
            ended()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: How

    /// Linux forgets this with every wait, so it is said again: an upstream without TCP_NODELAY holds back its next
    /// small write until the last one is acknowledged, 40 ms later.
    private func acknowledgeAtOnce(_ context: ChannelHandlerContext) {
        #if os(Linux)
            try? context.channel.syncOptions?.setOption(.tcpOption(.init(rawValue: 12)), value: 1)
        #endif
    }

    private func process() {
        while let buffer = pending {
            switch state {
            case .head: guard readHead(buffer) else { return }
            case .body: guard readBody() else { return }
            case .idle:
                // Nobody asked: such bytes must never meet the next request.
                pending = nil
                close()
            case .tunnel:
                pending = nil
                delegate?.upstream(didReceive: buffer)
            case .closed: pending = nil
            }
        }
    }

    /// Reads a head if it is there; false if there is nothing more to do.
    private func readHead(_ buffer: ByteBuffer) -> Bool {
        guard let delegate else { return false }
        let progress = scanner.scan(buffer.readableBytesUInt8Span, limits: HeadScanner.Limits())
        guard case .complete(let start, let end) = progress else {
            if case .refused = progress { fail(.malformed) }
            return false
        }
        scanner = HeadScanner()
        let scratch = delegate.scratch
        var fields: [Field] = []
        swap(&fields, &scratch.fields)
        defer { swap(&fields, &scratch.fields) }
        do throws(Refusal) {
            let bytes = buffer.readableBytesUInt8Span
            let head = try ResponseHead.read(bytes, from: start, method: method, into: &fields)
            let isSwitch = head.status == 101
            guard !isSwitch || wantsUpgrade else { throw .malformedStatusLine }
            let framing = delegate.upstream(didReceive: head, fields: fields, bytes: bytes)
            consume(end)
            if isSwitch { return openTunnel() }
            if head.isInterim { return true }
            guard let framing else { return false }
            state = .body(BodyPump(head.framing, framing: framing), isReusable: head.keepsAlive)
            if head.framing == .none || head.framing == .length(0) { finish(isReusable: head.keepsAlive) }
            return true
        } catch {
            fail(.malformed)
            return false
        }
    }

    private func openTunnel() -> Bool {
        state = .tunnel
        uncount()
        let leftover = pending
        pending = nil
        delegate?.upstreamDidSwitch(leftover: leftover)
        return false
    }

    private func readBody() -> Bool {
        guard case .body(var pump, let isReusable) = state, var buffer = pending else { return false }
        pending = nil
        state = .head
        do throws(Refusal) {
            try pump.take(from: &buffer) { delegate?.upstream(didReceive: $0) }
        } catch {
            fail(.malformed)
            return false
        }
        guard delegate != nil else { return false }
        state = .body(pump, isReusable: isReusable)
        if buffer.readableBytes > 0 { pending = buffer }
        guard pump.isComplete else { return false }
        finish(isReusable: isReusable)
        return true
    }

    private func consume(_ count: Int) {
        pending?.moveReaderIndex(forwardBy: count)
        if pending?.readableBytes == 0 { pending = nil }
    }

    private func finish(isReusable: Bool) {
        // A server that has declined an upgrade may take nothing more: SwiftNIO's decoder reads on as if it had agreed.
        let isClean = pending == nil && !wantsUpgrade
        pending = nil
        let delegate = delegate
        release()
        delegate?.upstreamDidEnd(isReusable: isReusable && isClean)
    }

    private func fail(_ failure: UpstreamFailure) {
        let delegate = delegate
        self.delegate = nil
        pending = nil
        state = .closed
        close()
        delegate?.upstreamDidFail(failure)
    }

    /// The connection has ended by the server's doing.
    private func ended() {
        uncount()
        let before = state
        state = .closed
        pending = nil
        guard let delegate else { return }
        self.delegate = nil
        if case .body(let pump, _) = before, pump.endsWithConnection {
            delegate.upstreamDidEnd(isReusable: false)
        } else {
            delegate.upstreamDidFail(.closed)
        }
    }

    private func uncount() {
        guard isCounted else { return }
        isCounted = false
        pool.forget(self)
    }
}

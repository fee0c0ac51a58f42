import NIOCore

/// One client's connection: reads requests, sends each where its route leads, and passes the answer back.
///
/// All of HTTP is decided here on raw bytes, on every request anew; so a tunnel is only a change of state, and bytes that
/// arrive early wait in `pending` until it is known what they are.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case head
        case exchange
        case tunnel(UpstreamHandler, Route?)
        /// The last answer is out; what still comes is thrown away until the client is gone.
        case linger
        case closed
    }

    let scratch: LoopContext
    let purpose: ProxyConfiguration.Listener.Purpose
    private let claims: ProxyConfiguration.Listener.ForwardedClaims
    /// Where all requests of this connection go; nil: where the routes lead.
    let ownRoute: Route?
    var identity: ClientIdentity
    var context: ChannelHandlerContext?
    var phase = Phase.head
    var exchange: Exchange?
    /// Bytes that have arrived and are not yet used.
    var pending: ByteBuffer?
    /// The beginning of an answer, held back so that a small body goes out with it.
    var unsent: ByteBuffer?
    var scanner = HeadScanner()
    var inputClosed = false
    var serverEnded = false
    var requestNumber = 0
    var moved = 0
    var patience: Patience
    private var isPumping = false
    private var needsUpstreamFlush = false
    var pageFetcher: ErrorPageFetcher?

    /// How many bytes of further requests are taken while one is running.
    static let maximumAhead = 64 * 1024

    init(scratch: LoopContext, listener: ProxyConfiguration.Listener, ownRoute: Route?) {
        self.scratch = scratch
        self.ownRoute = ownRoute
        purpose = listener.purpose
        claims = listener.forwardedClaims
        identity = ClientIdentity(address: "unknown", isEncrypted: listener.purpose == .tls, claims: .replaced)
        // The loop's own clock may be behind when it has been busy.
        patience = Patience(now: .now())
    }

    /// Whether a request is running; a shutdown waits for those.
    var isBusy: Bool {
        if case .exchange = phase { return true }
        if case .linger = phase { return true }
        return false
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { started(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        started(context)
        context.fireChannelActive()
    }

    private func started(_ context: ChannelHandlerContext) {
        let address = context.channel.remoteAddress?.ipAddress ?? "127.0.0.1"
        identity.address = address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
        identity.claims = believes(context.channel.remoteAddress) ? .kept : .replaced
        scratch.add(self)
        context.read()
    }

    private func believes(_ peer: SocketAddress?) -> Bool {
        switch claims {
        case .replaced: false
        case .kept: true
        case .keptFrom(let ranges): peer.map { peer in ranges.contains { $0.contains(peer) } } ?? false
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        moved += buffer.readableBytes
        if pending == nil { pending = buffer } else { pending?.writeImmutableBuffer(buffer) }
        pump()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flushUpstream()
        if wantsMore { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        switch phase {
        case .tunnel(let upstream, _): upstream.resumeReading()
        case .exchange: exchange?.upstream?.resumeReading()
        case .head:
            pump()
            flushUpstream()
            if wantsMore { context.read() }
        case .linger, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: clientEndedOutput()
        case ChannelEvent.outputClosed: if inputClosed { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let before = phase
        phase = .closed
        pending = nil
        unsent = nil
        pageFetcher?.cancel()
        pageFetcher = nil
        if case .tunnel(let upstream, let route) = before {
            route?.counters.tunnelClosed()
            upstream.endTunnel()
        }
        exchange?.upstream?.abandon()
        exchange = nil
        self.context = nil
        scratch.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: What arrives

    /// Uses what has arrived as far as can be.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        usePending()
        isPumping = false
        endIfAllIsAnswered()
    }

    private func usePending() {
        while let buffer = pending {
            switch phase {
            case .head:
                // A client that asks on and on without taking the answers waits here.
                guard context?.channel.isWritable == true, readHead(buffer) else { return }
            case .exchange: guard readBody() else { return }
            case .tunnel(let upstream, let route):
                pending = nil
                route?.counters.touch(at: scratch.wallMilliseconds)
                upstream.write(buffer)
                needsUpstreamFlush = true
            case .linger, .closed: pending = nil
            }
        }
    }

    /// Whether more is wanted from the client: not while nobody takes it.
    var wantsMore: Bool {
        switch phase {
        case .head: return context?.channel.isWritable ?? false
        case .linger: return true
        case .tunnel(let upstream, _): return upstream.isWritable
        case .exchange:
            guard let exchange else { return false }
            if exchange.requestBody.isComplete { return (pending?.readableBytes ?? 0) < ClientHandler.maximumAhead }
            return exchange.upstream?.isWritable ?? false
        case .closed: return false
        }
    }

    /// Reads a request's head if it is there; false if there is nothing more to do.
    private func readHead(_ buffer: ByteBuffer) -> Bool {
        switch scanner.scan(buffer.readableBytesUInt8Span, limits: scratch.headLimits) {
        case .incomplete: return false
        case .refused(let refusal):
            requestNumber += 1
            refuse(refusal)
            return false
        case .complete(let start, let end):
            scanner = HeadScanner()
            requestNumber += 1
            pending?.moveReaderIndex(forwardBy: end)
            if pending?.readableBytes == 0 { pending = nil }
            startRequest(buffer.readableBytesUInt8Span, from: start)
            return true
        }
    }

    /// Passes on what has come of a request's body; false if it has to wait.
    private func readBody() -> Bool {
        guard let upstream = exchange?.upstream, exchange?.requestBody.isComplete == false, var buffer = pending
        else { return false }
        pending = nil
        let refusal = take(&buffer, for: upstream)
        exchange?.route?.counters.touch(at: scratch.wallMilliseconds)
        if buffer.readableBytes > 0 { pending = buffer }
        if let refusal {
            refuse(refusal)
            return false
        }
        needsUpstreamFlush = true
        return pending != nil
    }

    private func take(_ buffer: inout ByteBuffer, for upstream: UpstreamHandler) -> Refusal? {
        do throws(Refusal) {
            try exchange?.requestBody.take(from: &buffer) { upstream.write($0) }
            return nil
        } catch {
            return error
        }
    }

    func flushUpstream() {
        guard needsUpstreamFlush else { return }
        needsUpstreamFlush = false
        switch phase {
        case .tunnel(let upstream, _): upstream.flush()
        case .exchange: exchange?.upstream?.flush()
        default: break
        }
    }

    /// Sends a request on its way over a connection to the server.
    func attach(_ upstream: UpstreamHandler) {
        guard let method = exchange?.method, let head = exchange?.head else { return }
        exchange?.upstream = upstream
        upstream.begin(self, method: method, wantsUpgrade: exchange?.wantsUpgrade ?? false)
        upstream.write(head)
        needsUpstreamFlush = true
        if exchange?.isBodiless == false {
            pump()
            context?.read()
        }
        flushUpstream()
    }

    /// Ends the connection once the client has said all it will and has its answers.
    func endIfAllIsAnswered() {
        guard inputClosed, case .head = phase, let context, context.channel.isWritable else { return }
        context.closeAfterFlush()
    }

    private func clientEndedOutput() {
        inputClosed = true
        switch phase {
        case .head: endIfAllIsAnswered()
        case .linger: context?.closeAfterFlush()
        case .exchange:
            if exchange?.requestBody.isComplete == false { context?.close(promise: nil) }
        case .tunnel(let upstream, _): upstream.endOutput()
        case .closed: break
        }
    }

    /// Fetches an error page; what comes of it is passed to the client.
    func fetchErrorPage(_ status: Int, from target: UpstreamTarget) {
        guard let exchange else { return }
        self.exchange?.isFetchingErrorPage = true
        self.exchange?.status = status
        let fetcher = ErrorPageFetcher(scratch: scratch, id: exchange.id)
        pageFetcher = fetcher
        fetcher.fetch(status, of: target, asked: exchange.target, host: exchange.host) { [weak self] page in
            guard let self, self.pageFetcher === fetcher else { return }
            self.pageFetcher = nil
            if let page { self.answer(page) } else { self.answerWithBuiltInPage() }
        }
    }
}

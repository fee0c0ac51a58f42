import NIOCore

/// What is done as time passes, and when it is over.
extension ClientHandler {
    func tick() {
        guard let context else { return }
        let waiting = waiting
        let isExhausted = patience.isExhausted(
            waiting: waiting,
            request: requestNumber,
            moved: movedInAll(context),
            now: scratch.now,
            limits: scratch.limits
        )
        if isExhausted { gaveUp(waiting) }
    }

    private func movedInAll(_ context: ChannelHandlerContext) -> Int {
        guard !context.channel.isWritable else { return moved }
        let buffered = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return moved - (buffered ?? 0)
    }

    private var waiting: Patience.Waiting {
        switch phase {
        case .head:
            if context?.channel.isWritable == false { return .clientToRead }
            if pending != nil { return .head }
            return requestNumber == 0 ? .firstHead : .nextRequest
        case .tunnel: return inputClosed || serverEnded ? .halfClosedTunnel : .tunnel
        case .linger, .closed: return .linger
        case .exchange:
            guard let exchange else { return .linger }
            if exchange.isFetchingErrorPage { return .errorPage }
            if context?.channel.isWritable == false { return .clientToRead }
            if !exchange.requestBody.isComplete, exchange.upstream?.isWritable == true { return .requestBody }
            return exchange.hasResponse ? .upstreamBody : .upstreamHead
        }
    }

    private func gaveUp(_ waiting: Patience.Waiting) {
        switch waiting {
        case .head: refuse(.tooSlow)
        case .requestBody where exchange?.hasResponse == false: refuse(.tooSlow)
        case .upstreamHead:
            exchange?.upstream?.abandon()
            exchange?.upstream = nil
            upstreamDidFail(.silent)
        case .errorPage:
            pageFetcher?.cancel()
            pageFetcher = nil
            answerWithBuiltInPage()
        case .firstHead, .nextRequest, .requestBody, .upstreamBody, .clientToRead, .tunnel, .halfClosedTunnel, .linger:
            context?.close(promise: nil)
        }
    }

    /// Closes at once if nothing is running, else after the answer that is.
    func drain() {
        switch phase {
        case .head: context?.close(promise: nil)
        case .exchange: exchange?.closesAfter = true
        case .tunnel, .linger, .closed: break
        }
    }

    func abort() {
        context?.close(promise: nil)
    }
}

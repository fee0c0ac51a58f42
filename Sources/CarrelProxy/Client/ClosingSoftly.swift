import NIOCore

extension ChannelHandlerContext {
    /// Closes once everything written has gone out; `close()` alone would drop what the socket has not yet taken.
    func closeAfterFlush() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let written = eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        writeAndFlush(NIOAny(ByteBuffer()), promise: written)
    }
}

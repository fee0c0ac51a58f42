import Logging
import NIOCore
import Synchronization

/// Serves ``ControlAPI`` on one connection: request after request, each held in memory.
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let maximumBody = 1024 * 1024

    private let shared: SharedState
    private let api: ControlAPI
    private var pending = ByteBuffer()
    private var scanner = HeadScanner()
    private var fields: [Field] = []
    private var request = ControlAPI.Request(method: "", target: "")
    private var pump: BodyPump?
    private var keepsAlive = true
    private var expectsContinue = false
    private var isFinished = false

    init(shared: SharedState) {
        self.shared = shared
        api = ControlAPI(token: shared.control.token ?? "")
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isFinished else { return }
        pending.writeImmutableBuffer(Self.unwrapInboundIn(data))
        do throws(Refusal) {
            while !isFinished, try pump == nil ? readHead(context) : readBody(context) {}
        } catch {
            finish(.refusal(error, asJSON: false), context)
        }
        if pending.readableBytes == 0 { pending.clear() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.closeAfterFlush() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Reads a head; false if it is not there yet.
    private func readHead(_ context: ChannelHandlerContext) throws(Refusal) -> Bool {
        switch scanner.scan(pending.readableBytesUInt8Span, limits: HeadScanner.Limits()) {
        case .incomplete: return false
        case .refused(let refusal): throw refusal
        case .complete(let start, let end):
            scanner = HeadScanner()
            let gathered = pending
            let bytes = gathered.readableBytesUInt8Span
            let head = try RequestHead.read(bytes, from: start, limits: HeadScanner.Limits(), into: &fields)
            request = ControlAPI.Request(
                method: text(bytes, head.methodStart, head.methodEnd),
                target: text(bytes, head.target.lowerBound, head.target.upperBound),
                authorization: authorization(bytes)
            )
            keepsAlive = head.keepsAlive
            expectsContinue = head.expectsContinue && !head.isBodiless
            pump = BodyPump(head.framing, framing: .stripped)
            pending.moveReaderIndex(forwardBy: end)
            if expectsContinue {
                context.writeAndFlush(
                    Self.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")),
                    promise: nil
                )
            }
            return true
        }
    }

    /// Reads a body and answers when it is complete; false if it is not.
    private func readBody(_ context: ChannelHandlerContext) throws(Refusal) -> Bool {
        guard var pump else { return false }
        try pump.take(from: &pending) { request.body += $0.readableBytesView }
        self.pump = pump
        guard request.body.count <= ControlHandler.maximumBody else {
            finish(ControlAPI.failure(413, "The body is too large."), context)
            return false
        }
        guard pump.isComplete else { return false }
        self.pump = nil
        let now = WallClock.milliseconds
        let answer = shared.routes.withLock { api.respond(to: request, table: &$0, now: now) }
        log(answer)
        if keepsAlive { write(answer, .announcedKeepAlive, context) } else { finish(answer, context) }
        return keepsAlive
    }

    private func log(_ answer: LocalAnswer) {
        guard request.method != "GET" || answer.status >= 400 else { return }
        shared.logger.info(
            "route control",
            metadata: ["method": "\(request.method)", "path": "\(request.target)", "status": "\(answer.status)"]
        )
    }

    private func write(
        _ answer: LocalAnswer,
        _ persistence: HeadWriter.Persistence,
        _ context: ChannelHandlerContext
    ) {
        var out = ByteBuffer()
        answer.write(
            requestID: nil,
            persistence: persistence,
            isBodyLeftOut: request.method == "HEAD",
            into: &out
        )
        context.writeAndFlush(Self.wrapOutboundOut(out), promise: nil)
    }

    private func finish(_ answer: LocalAnswer, _ context: ChannelHandlerContext) {
        isFinished = true
        write(answer, .close, context)
        context.close(mode: .output, promise: nil)
    }

    private func authorization(_ bytes: Span<UInt8>) -> String? {
        for field in fields where ByteRules.spells(bytes, field.nameStart, field.nameEnd, "authorization") {
            return text(bytes, field.valueStart, field.valueEnd)
        }
        return nil
    }

    private func text(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> String {
        var copy: [UInt8] = []
        for index in start..<end { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }
}

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server in this process that does as it is told, also what no server should.
final class TrialServer: Sendable {
    /// What came.
    struct Request: Sendable {
        let method: String
        /// With the query.
        let target: String
        let headers: HTTPHeaders
        let body: String

        var path: String { String(target.prefix { $0 != "?" }) }

        /// The token that was shown.
        var token: String? { headers.first(name: "Authorization") }
    }

    /// What goes back.
    enum Reply: Sendable {
        case answer(Int = 200, type: String = "application/json", [(String, String)] = [], body: String = "")
        /// Nothing at all.
        case silence
        /// A head that promises more than comes, and the first bytes; then nothing.
        case half(String)
        /// The same, then the connection is cut.
        case halfAndCut(String, length: Int)
        /// A body that never ends.
        case endless(String)
        /// The connection is cut.
        case cut
    }

    private let channel: any Channel
    private let handling: Handling
    let port: Int

    fileprivate final class Handling: Sendable {
        let requests = Mutex<[Request]>([])
        let reply: @Sendable (Request) -> Reply

        init(_ reply: @escaping @Sendable (Request) -> Reply) {
            self.reply = reply
        }
    }

    /// Starts one on a free port of the loopback address.
    static func start(_ reply: @escaping @Sendable (Request) -> Reply) async throws -> TrialServer {
        let handling = Handling(reply)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(handling))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return TrialServer(channel, handling)
    }

    private init(_ channel: any Channel, _ handling: Handling) {
        self.channel = channel
        self.handling = handling
        port = channel.localAddress?.port ?? 0
    }

    var requests: [Request] { handling.requests.withLock { $0 } }

    /// Takes no more connections.
    func stop() async throws {
        try await channel.close().get()
    }

    /// Takes requests one by one on its connection.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let handling: Handling
        private var head: HTTPRequestHead?
        private var body = ""

        init(_ handling: Handling) {
            self.handling = handling
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let part): body += String(buffer: part)
            case .end:
                guard let head else { return }
                let request = Request(method: head.method.rawValue, target: head.uri, headers: head.headers, body: body)
                handling.requests.withLock { $0.append(request) }
                send(handling.reply(request), context.channel)
            }
        }

        private func send(_ reply: Reply, _ channel: any Channel) {
            switch reply {
            case .answer(let status, let type, let fields, let body):
                let headers = HTTPHeaders(fields + [("Content-Type", type), ("Content-Length", "\(body.utf8.count)")])
                write(channel, HTTPResponseStatus(statusCode: status), headers, body)
                channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            case .half(let body): write(channel, .ok, [("Content-Length", "1000000")], body)
            case .halfAndCut(let body, let length):
                write(channel, .ok, [("Content-Length", "\(length)")], body)
                channel.close(promise: nil)
            case .endless(let piece):
                write(channel, .ok, [("Transfer-Encoding", "chunked")], "")
                repeatForever(piece, channel)
            case .cut: channel.close(promise: nil)
            case .silence: break
            }
        }

        private func repeatForever(_ piece: String, _ channel: any Channel) {
            let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: piece)))
            let handler = NIOLoopBound(self, eventLoop: channel.eventLoop)
            // Put off, for a write that is over at once would call this from inside itself.
            channel.writeAndFlush(part).whenSuccess {
                channel.eventLoop.execute { handler.value.repeatForever(piece, channel) }
            }
        }

        private func write(
            _ channel: any Channel,
            _ status: HTTPResponseStatus,
            _ fields: HTTPHeaders,
            _ body: String
        ) {
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        }

        private func write(
            _ channel: any Channel,
            _ status: HTTPResponseStatus,
            _ fields: [(String, String)],
            _ body: String
        ) {
            write(channel, status, HTTPHeaders(fields), body)
        }
    }
}

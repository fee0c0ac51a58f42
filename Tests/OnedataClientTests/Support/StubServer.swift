import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small server in this process that plays Onezone and a provider, and does as it is told, also what no server should.
final class StubServer: Sendable {
    /// What came.
    struct Request: Sendable {
        let method: String
        let path: String
        let headers: HTTPHeaders
        let body: String
    }

    /// What goes back, byte by byte.
    struct Reply: Sendable, ExpressibleByStringLiteral {
        var bytes: [UInt8]
        /// Whether the connection is closed after it.
        var closes = false

        /// JSON with status 200.
        init(stringLiteral value: String) {
            self = .answer(200, body: value)
        }

        private init(_ bytes: [UInt8], closes: Bool = false) {
            self.bytes = bytes
            self.closes = closes
        }

        static func answer(
            _ status: Int,
            type: String = "application/json",
            _ fields: [String] = [],
            body: String = "",
        ) -> Reply {
            let length = "Content-Length: \(body.utf8.count)"
            let head = ["HTTP/1.1 \(status) Whatever", "Content-Type: \(type)", length] + fields
            return Reply(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        }

        /// Bytes as they are, after which the connection is closed.
        static func raw(_ text: String) -> Reply { Reply(Array(text.utf8), closes: true) }

        /// Bytes as they are, after which nothing comes.
        static func half(_ text: String) -> Reply { Reply(Array(text.utf8)) }

        /// Nothing at all.
        static let silence = Reply([])

        /// The connection is closed at once.
        static let cut = Reply([], closes: true)
    }

    private let channel: any Channel
    private let handling: Handling

    fileprivate final class Handling: Sendable {
        let requests = Mutex<[Request]>([])
        let replies = Mutex<[String: Reply]>([:])
        let port = Mutex(0)
    }

    var port: Int { handling.port.withLock { $0 } }

    /// Starts one on a free port of the loopback address.
    static func start() async throws -> StubServer {
        let handling = Handling()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder())
                    try channel.pipeline.syncOperations.addHandler(decoder)
                    try channel.pipeline.syncOperations.addHandler(Handler(handling))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        handling.port.withLock { $0 = channel.localAddress?.port ?? 0 }
        return StubServer(channel, handling)
    }

    private init(_ channel: any Channel, _ handling: Handling) {
        self.channel = channel
        self.handling = handling
    }

    var requests: [Request] { handling.requests.withLock { $0 } }

    /// How often a call was made: method and the end of its path before the query, or, with a star, a part of it.
    func count(_ call: String) -> Int { requests.count { Self.matches($0, call) } }

    /// Answers a call with that from now on.
    func reply(_ reply: Reply, to call: String) {
        handling.replies.withLock { $0[call] = reply }
    }

    func stop() async throws {
        try await channel.close().get()
    }

    private static func matches(_ request: Request, _ call: String) -> Bool {
        let (method, end) = (call.prefix { $0 != " " }, call.drop { $0 != " " }.dropFirst())
        let path = request.path.prefix { $0 != "?" }
        let fits = end.hasSuffix("*") ? path.contains(end.dropLast()) : path.hasSuffix(end)
        return request.method == method && fits
    }

    /// Takes requests one by one on its connection.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

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
                let request = Request(method: head.method.rawValue, path: head.uri, headers: head.headers, body: body)
                handling.requests.withLock { $0.append(request) }
                // The longest end that fits is meant.
                let reply = handling.replies.withLock { replies in
                    replies.filter { StubServer.matches(request, $0.key) }.max { $0.key.count < $1.key.count }?.value
                }
                send(reply ?? .answer(404, body: "{}"), context)
            }
        }

        private func send(_ reply: Reply, _ context: ChannelHandlerContext) {
            let channel = context.channel
            let sent = channel.writeAndFlush(ByteBuffer(bytes: reply.bytes))
            if reply.closes { sent.whenComplete { _ in channel.close(promise: nil) } }
        }
    }
}

import CarrelTestSupport
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
        let path: String
        let headers: HTTPHeaders
        let body: String

        var authorization: [String] { headers["Authorization"] }

        /// The fields of a form, decoded.
        var form: [String: String] {
            let pairs = body.split(separator: "&").map { pair in
                pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                    part.replacing("+", with: " ").removingPercentEncoding ?? ""
                }
            }
            return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }, uniquingKeysWith: { $1 })
        }
    }

    /// What goes back.
    enum Reply: Sendable {
        case answer(Int, type: String = "application/json", [(String, String)] = [], body: String)
        /// Nothing at all.
        case silence
        /// A head and the first bytes of a body that never ends.
        case half(String)
        /// The connection is cut.
        case cut
        /// Nothing until ``TrialServer/release()``.
        indirect case later(Reply)
    }

    private let channel: any Channel
    private let handling: Handling
    /// Kept when it has stopped: what is sent there then comes to no server of another test.
    private let reserved: ReservedPort

    var port: Int { Int(reserved.number) }

    fileprivate final class Handling: Sendable {
        let requests = Mutex<[Request]>([])
        let held = Mutex<[@Sendable () -> Void]>([])
        let reply: @Sendable (Request) -> Reply

        init(_ reply: @escaping @Sendable (Request) -> Reply) {
            self.reply = reply
        }
    }

    /// Starts one on a free port of the loopback address.
    static func start(_ reply: @escaping @Sendable (Request) -> Reply) async throws -> TrialServer {
        let handling = Handling(reply)
        let port = try ReservedPort()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(handling))
                }
            }
            .bind(host: "127.0.0.1", port: Int(port.number)).get()
        return TrialServer(channel, handling, port)
    }

    private init(_ channel: any Channel, _ handling: Handling, _ port: ReservedPort) {
        self.channel = channel
        self.handling = handling
        reserved = port
    }

    var requests: [Request] { handling.requests.withLock { $0 } }

    /// How many replies wait for ``release()``.
    var held: Int { handling.held.withLock { $0.count } }

    /// Sends what was held back.
    func release() {
        for send in handling.held.withLock({ exchange(&$0) }) { send() }
    }

    /// Takes no more connections; may be called twice.
    func stop() async throws {
        guard channel.isActive else { return }
        try await channel.close().get()
    }

    private func exchange(_ held: inout [@Sendable () -> Void]) -> [@Sendable () -> Void] {
        defer { held = [] }
        return held
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
                let request = Request(method: head.method.rawValue, path: head.uri, headers: head.headers, body: body)
                handling.requests.withLock { $0.append(request) }
                send(handling.reply(request), context.channel)
            }
        }

        private func send(_ reply: Reply, _ channel: any Channel) {
            switch reply {
            case .answer(let status, let type, let fields, let body):
                var headers = HTTPHeaders(fields + [("Content-Type", type), ("Content-Length", "\(body.utf8.count)")])
                headers.add(name: "Cache-Control", value: "no-store")
                write(channel, HTTPResponseStatus(statusCode: status), headers, body, isWhole: true)
            case .half(let body):
                let headers = HTTPHeaders([("Content-Type", "application/json"), ("Content-Length", "1000000")])
                write(channel, .ok, headers, body, isWhole: false)
            case .cut: channel.close(promise: nil)
            case .silence: break
            case .later(let reply):
                let handler = NIOLoopBound(self, eventLoop: channel.eventLoop)
                handling.held.withLock { held in
                    held.append { channel.eventLoop.execute { handler.value.send(reply, channel) } }
                }
            }
        }

        private func write(
            _ channel: any Channel,
            _ status: HTTPResponseStatus,
            _ headers: HTTPHeaders,
            _ body: String,
            isWhole: Bool
        ) {
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
            if isWhole { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }
        }
    }
}

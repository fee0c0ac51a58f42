import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import WebDAVClient

/// A server in this process that says byte by byte what it is told to, also what no server should.
final class TrialServer: Sendable {
    /// What came.
    struct Request: Sendable {
        let method: String
        let uri: String
        let headers: HTTPHeaders
        var count: Int
    }

    /// A step of an answer.
    enum Step: Sendable {
        case bytes(String)
        /// The same, over and over, until the other side hangs up.
        case endless(String)
        case close
    }

    /// When it answers.
    enum Manner: Sendable {
        /// When all of a request is there.
        case patient
        /// When the head of an upload is there, of which it reads no more.
        case hasty
    }

    private let channel: any Channel
    private let handling: Handling
    let port: Int

    fileprivate final class Handling: Sendable {
        let requests = Mutex<[Request]>([])
        let manner: Manner
        let reply: @Sendable (Request, Int) -> [Step]

        init(_ manner: Manner, _ reply: @escaping @Sendable (Request, Int) -> [Step]) {
            self.manner = manner
            self.reply = reply
        }
    }

    /// Starts one on a free port of the loopback address; the answer may depend on how many requests came before.
    static func start(
        _ manner: Manner = .patient,
        _ reply: @escaping @Sendable (Request, Int) -> [Step],
    ) async throws -> TrialServer {
        let handling = Handling(manner, reply)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
                    try channel.pipeline.syncOperations.addHandlers([decoder, Handler(handling)])
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

    var url: String { "http://127.0.0.1:\(port)/dav" }
    var requests: [Request] { handling.requests.withLock { $0 } }

    func stop() async throws {
        try await channel.close().get()
    }

    /// Takes requests one by one on its connection.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let handling: Handling
        private var request: Request?

        init(_ handling: Handling) {
            self.handling = handling
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let request = Request(method: head.method.rawValue, uri: head.uri, headers: head.headers, count: 0)
                self.request = request
                guard handling.manner == .hasty, head.headers.contains(name: "Transfer-Encoding") else { return }
                self.request = nil
                _ = context.channel.setOption(.autoRead, value: false)
                answer(request, context)
            case .body(let part): request?.count += part.readableBytes
            case .end:
                guard let request else { return }
                answer(request, context)
            }
        }

        private func answer(_ request: Request, _ context: ChannelHandlerContext) {
            let number = handling.requests.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
            for step in handling.reply(request, number) { take(step, context) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func take(_ step: Step, _ context: ChannelHandlerContext) {
            switch step {
            case .bytes(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .close: context.close(promise: nil)
            case .endless(let text): Self.flood(text, context.channel)
            }
        }

        private static func flood(_ text: String, _ channel: any Channel) {
            channel.writeAndFlush(ByteBuffer(string: text)).whenSuccess {
                channel.eventLoop.execute { flood(text, channel) }
            }
        }
    }
}

extension TrialServer.Step {
    /// A whole answer.
    static func answer(_ status: Int, _ fields: [(String, String)] = [], _ body: String = "") -> [TrialServer.Step] {
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        return [.bytes("HTTP/1.1 \(status) Said\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")]
    }

    /// A multi-status of that content.
    static func multistatus(_ responses: String) -> [TrialServer.Step] {
        answer(207, [("Content-Type", "application/xml")], multistatusText(responses))
    }
}

func multistatusText(_ responses: String) -> String {
    #"<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:o="http://owncloud.org/ns">\#(responses)</D:multistatus>"#
}

/// A response about a file or folder.
func responseText(_ href: String, _ properties: String = "", folder: Bool = false) -> String {
    let type = folder ? "<D:resourcetype><D:collection/></D:resourcetype>" : "<D:resourcetype/>"
    return "<D:response><D:href>\(href)</D:href><D:propstat><D:prop>\(type)\(properties)</D:prop>"
        + "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
}

/// Gives a test a server that answers so, and a client of it.
func withTrial(
    limits: WebDAVLimits = World.limits,
    idle: Duration = .seconds(120),
    _ manner: TrialServer.Manner = .patient,
    _ reply: @escaping @Sendable (TrialServer.Request, Int) -> [TrialServer.Step],
    _ body: (WebDAVRemote, TrialServer, World) async throws -> Void,
) async throws {
    try await withWorld(idle: idle) { world in
        let server = try await TrialServer.start(manner, reply)
        let credential = try WebDAVCredential(user: "anna", password: "hunter2")
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(try world.remote(server.url, credential, limits), server, world))
        } catch {
            outcome = .failure(error)
        }
        try await server.stop()
        try outcome.get()
    }
}

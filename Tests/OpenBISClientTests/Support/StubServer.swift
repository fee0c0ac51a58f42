import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import OpenBISClient

/// A small server in this process that answers as it is told, also as no openBIS should.
///
/// A reply is for a method of a call, or for `download` or `upload`.
final class StubServer: Sendable {
    /// What goes back, byte by byte.
    struct Reply: Sendable {
        var bytes: [UInt8]
        /// Whether the connection is closed after it.
        var closes = false

        static func result(_ result: String) -> Reply {
            answer(200, body: #"{"jsonrpc":"2.0","id":"1","result":\#(result)}"#)
        }

        static func answer(_ status: Int, _ fields: [String] = [], body: String = "") -> Reply {
            let head = ["HTTP/1.1 \(status) Whatever", "Content-Length: \(body.utf8.count)"] + fields
            return Reply(bytes: Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        }

        /// Bytes as they are, after which the connection is closed.
        static func raw(_ text: String) -> Reply { Reply(bytes: Array(text.utf8), closes: true) }

        /// Bytes as they are, after which nothing comes.
        static func half(_ text: String) -> Reply { Reply(bytes: Array(text.utf8)) }
    }

    private let channel: any Channel
    private let replies: Replies

    fileprivate final class Replies: Sendable {
        let all = Mutex<[String: Reply]>([:])
        let seen = Mutex<[String]>([])
    }

    let port: Int

    static func start() async throws -> StubServer {
        let replies = Replies()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder())
                    try channel.pipeline.syncOperations.addHandler(decoder)
                    try channel.pipeline.syncOperations.addHandler(Handler(replies))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return StubServer(channel, replies)
    }

    private init(_ channel: any Channel, _ replies: Replies) {
        self.channel = channel
        self.replies = replies
        port = channel.localAddress?.port ?? 0
    }

    var host: String { "127.0.0.1:\(port)" }

    func reply(_ reply: Reply, to call: String) {
        replies.all.withLock { $0[call] = reply }
    }

    func count(_ call: String) -> Int { replies.seen.withLock { $0.count { $0 == call } } }

    func stop() async throws {
        try await channel.close().get()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let replies: Replies
        private var uri = ""
        private var body: [UInt8] = []

        init(_ replies: Replies) {
            self.replies = replies
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (uri, body) = (head.uri, [])
            case .body(let part): body += part.readableBytesView
            case .end:
                let told = try? JSONParser.parse(body).top.text("method")
                let call = told ?? (uri.contains("session_workspace") ? "upload" : "download")
                replies.seen.withLock { $0.append(call) }
                let reply = replies.all.withLock { $0[call] } ?? .answer(404)
                let channel = context.channel
                let sent = channel.writeAndFlush(ByteBuffer(bytes: reply.bytes))
                if reply.closes { sent.whenComplete { _ in channel.close(promise: nil) } }
            }
        }
    }
}

/// Gives a test a stub and a session of it, and stops it.
func withStub(
    deadline: Duration = .seconds(60),
    _ test: (StubServer, OpenBISSession) async throws -> Void
) async throws {
    let server = try await StubServer.start()
    let outcome: Result<Void, any Error>
    do {
        try await withHTTP { http in
            let address = try OpenBISAddress("http://\(server.host)")
            let settings = OpenBISSettings(address: address, deadline: deadline, idleLimit: deadline)
            let client = OpenBISClient(settings, http: http, sleep: { _ in })
            try await test(server, client.session(try OpenBISToken("alice-x")))
        }
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    try await server.stop()
    try outcome.get()
}

import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// What the hub asks the gateway, on a socket that only the hub's own user can open.
struct GatewayControl: Service {
    let shelf: StoreShelf
    let door: HubDoor
    /// Files of a person of which both versions were kept, as paths from the folder on; the latest first.
    let conflicts: @Sendable (_ user: Int64) -> [DataPath]
    /// Absolute path of the socket; one that an earlier gateway left is replaced.
    let socket: String
    let eventLoops: any EventLoopGroup
    let logger: Logger

    /// A credential may have more characters than one expects of it.
    private static let largest = 256 << 10

    func run() async throws {
        // A hub runs one gateway only, so nobody listens on it.
        guard unlink(socket) == 0 || errno == ENOENT else { throw GatewayError.socket(socket, errno) }
        let server = try HTTPServerBuilder.http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60)))
            .buildServer(
                configuration: ServerConfiguration(address: .unixDomainSocket(path: socket), serverName: nil),
                eventLoopGroup: eventLoops,
                logger: logger,
                responder: { request, writer, _ in
                    let (status, body) = await answer(request)
                    var head = HTTPResponse(status: status)
                    head.headerFields[.contentType] = "application/json"
                    head.headerFields[.contentLength] = "\(body.readableBytes)"
                    try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
                },
                onServerRunning: { _ in }
            )
        try await server.run()
    }

    private func answer(_ request: Request) async -> (status: HTTPResponse.Status, body: ByteBuffer) {
        do {
            guard let body = try await reply(to: request) else { return (.notFound, ByteBuffer(string: "{}")) }
            return (.ok, ByteBuffer(bytes: body))
        } catch {
            logger.error("gateway.controlFailed", metadata: ["error": "\(error)"])
            return (.badRequest, ByteBuffer(string: "{}"))
        }
    }

    private func reply(to request: Request) async throws -> Data? {
        let parts = (request.head.path ?? "").split(separator: "/").map(String.init)
        switch (request.method, parts.first) {
        case (.get, nil): return try JSONEncoder().encode(["status": "up"])
        case (.post, "check"):
            let question = try await Self.question(CheckQuestion.self, request)
            return try JSONEncoder().encode(CheckAnswer(state: await shelf.check(question.source, of: question.user)))
        case (.post, "first-look"):
            let order = try await Self.question(FirstLookOrder.self, request)
            await shelf.lookFirst(at: order.folders, of: order.user)
            return try JSONEncoder().encode([String: String]())
        case (.get, "reports"):
            guard parts.count == 2, let user = Int64(parts[1]) else { return nil }
            return try JSONEncoder().encode(await shelf.reports(of: user, conflicts: conflicts(user)))
        case (.post, "renew"):
            let order = try await Self.question(RenewOrder.self, request)
            switch (order.user, order.sources) {
            case (let user?, let sources?): await shelf.signedIn(user, for: Set(sources))
            case (let user?, nil):
                await door.forget(user)
                await shelf.forget(user)
            case (nil, _): await door.doubt()
            }
            return try JSONEncoder().encode([String: String]())
        default: return nil
        }
    }

    private static func question<Question: Decodable>(_ type: Question.Type, _ request: Request) async throws
        -> Question
    {
        let body = try await request.body.collect(upTo: largest)
        return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }
}

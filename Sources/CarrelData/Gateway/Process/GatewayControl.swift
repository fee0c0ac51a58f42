import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// What the hub asks the gateway, on a socket that only the hub's own user can open.
struct GatewayControl {
    let shelf: StoreShelf
    let door: HubDoor
    /// Files of a person of which both versions were kept, as paths from the data source's name on; the latest first.
    let conflicts: @Sendable (_ user: Int64) async -> [DataPath]
    let logger: Logger

    /// A credential may have more characters than one expects of it.
    private static let largest = 256 << 10

    /// Listens on a socket; one that an earlier gateway left is replaced.
    func service(socket: String) -> some Service {
        var application = Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: socket), serverName: nil),
            logger: logger,
        )
        application.beforeServerStarts {
            // Without a hub that runs two, nobody listens on it.
            guard unlink(socket) == 0 || errno == ENOENT else { throw GatewayError.socket(socket, errno) }
        }
        return application
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.get("/") { _, _ in try Self.answer(["status": "up"]) }
        router.post("/check") { request, context in
            let question = try await Self.question(CheckQuestion.self, request)
            return try Self.answer(CheckAnswer(state: await shelf.check(question.source, of: question.user)))
        }
        router.get("/reports/{user}") { _, context in
            let user = try context.parameters.require("user", as: Int64.self)
            var reports = await shelf.reports(of: user)
            for path in await conflicts(user) {
                guard let source = path.names.first?.description else { continue }
                reports[source]?.conflicts.append(path.description)
            }
            return try Self.answer(reports)
        }
        router.post("/renew") { request, _ in
            let order = try await Self.question(RenewOrder.self, request)
            await door.forget(order.user)
            return try Self.answer([String: String]())
        }
        return router
    }

    private static func question<Question: Decodable>(_ type: Question.Type, _ request: Request) async throws -> Question {
        let body = try await request.body.collect(upTo: largest)
        return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }

    private static func answer(_ value: some Encodable) throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))),
        )
    }
}

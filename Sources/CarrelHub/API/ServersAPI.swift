import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Servers in the REST API: look, start, watch, stop (reference 2.2).
struct ServersAPI {
    let desk: ServerDesk
    /// How long a request waits for a start or stop before it answers 202 (JupyterHub's `slow_spawn_timeout`).
    var patience = Duration.seconds(10)

    var endpoints: RouteCollection<SignedInContext> {
        let routes = RouteCollection(context: SignedInContext.self)
        for path in ["server", "servers/", "servers/:server"] {
            routes.get("users/:user/\(path)", use: show)
            routes.post("users/:user/\(path)", use: start)
            routes.delete("users/:user/\(path)", use: stop)
        }
        for path in ["server/progress", "servers/:server/progress"] {
            routes.get("users/:user/\(path)", use: progress)
        }
        return routes
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .readServers)
        guard let owned = try await desk.store.servers.find(key) else { throw HubError.notFound }
        return try .json(ServerModel(owned.server, owner: key.user))
    }

    @Sendable private func start(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .startServers)
        if let owned = try await desk.store.servers.find(key), owned.server.wanted == .running {
            throw HubError.alreadyRunning(key.description)
        }
        try await desk.instances.checkWay(of: context.caller, to: key)
        try await desk.start(key, options: try await StartOptions(of: request, limit: context.maxUploadSize))
        let server = try await desk.settled(key, within: patience)
        if let failure = server?.failure, server?.wanted == .stopped {
            throw HubError.startFailed(message: failure.message, remedy: failure.remedy)
        }
        return Response(status: server?.observed == .ready ? .created : .accepted)
    }

    @Sendable private func stop(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .deleteServers)
        guard try await desk.stop(key) != nil else {
            // The default server of every user exists, as something that is stopped (reference 11, 10).
            if key.server.isDefault { return Response(status: .noContent) }
            throw HubError.notFound
        }
        let server = try await desk.settled(key, within: patience)
        return Response(status: server?.pending == nil ? .noContent : .accepted)
    }

    @Sendable private func progress(_ request: Request, context: SignedInContext) async throws -> Response {
        let key = try context.serverKey(needing: .readServers)
        guard let owned = try await desk.store.servers.find(key), let id = owned.server.id else {
            throw HubError.notFound
        }
        if owned.server.observed == .ready, owned.server.wanted == .running {
            return ProgressStream.response(to: .ready(path: key.prefix))
        }
        guard owned.server.pending == "spawn" else {
            if let failure = owned.server.failure { return ProgressStream.response(to: .failed(failure.message)) }
            throw HubError.badRequest("\(key.description) is not starting...")
        }
        return ProgressStream.response(to: desk.board.events(of: id))
    }
}

extension SignedInContext {
    /// The server that a path names, once it is clear that the caller may do this to it.
    ///
    /// - Throws: ``HubError/scopeMissing(_:)``, or ``HubError/notFound`` for somebody else's or none.
    func serverKey(needing scope: ScopeName) throws -> ServerKey {
        let user = try userName()
        let name = parameters.get("server")?.removingPercentEncoding ?? ""
        let key = ServerKey(user: user, server: try ServerName(name))
        try rights.require(scope, on: key)
        return key
    }

    /// The user that a path names.
    func userName() throws -> UserName {
        guard let user = UserName(pathSegment: try parameters.require("user")) else { throw HubError.notFound }
        return user
    }
}

extension Response {
    /// A JSON answer.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))),
        )
    }
}

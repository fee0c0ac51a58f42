import CarrelAuth
import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// One's own connections to data sources, in Carrel's own part of the REST API; what was given is never told.
///
/// A server's own token can look how connections are, so that what runs inside can say it; to give, try and remove takes
/// the person, or a token of theirs that may enter all their servers.
struct ConnectionsAPI {
    let desk: ConnectionDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("carrel/connections", use: list)
            .put("carrel/connections/:source", use: connect)
            .delete("carrel/connections/:source", use: remove)
            .post("carrel/connections/:source/test", use: test)
    }

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        let isServer = context.caller.isOwnServer
        if !isServer { try context.rights.require(.readServers, on: context.user.name) }
        let overview = try await desk.overview(of: context.user)
        var response = try Response.json(ConnectionsModel(overview, tellsNames: !isServer, now: desk.now()))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    @Sendable private func connect(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try source(context)
        let body = try await request.decodedJSON(Body.self, limit: context.maxUploadSize)
        let entry = try await desk.entry(name, of: context.user)
        guard entry.isOffered else { throw ConnectionRefusal.notOffered }
        let form = ConnectionForm(
            userName: body.user,
            secret: body.password ?? body.token,
            remember: body.remember ?? entry.connection?.remember ?? true,
        )
        if form.isEmpty, entry.connection == nil { throw ConnectionRefusal.secretMissing }
        let outcome = try await desk.take(form, for: entry.source, of: context.user)
        context.logger.info("connection.changed", metadata: ["source": "\(name)", "outcome": "\(outcome.code)"])
        return try await answer(name, context, status: entry.connection == nil ? .created : .ok)
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        guard try await desk.remove(try source(context), of: context.user) else { throw ConnectionRefusal.notOffered }
        return Response(status: .noContent)
    }

    @Sendable private func test(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try source(context)
        _ = try await desk.test(try await desk.entry(name, of: context.user), of: context.user)
        return try await answer(name, context)
    }

    private func answer(
        _ name: String,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        let entry = try await desk.entry(name, of: context.user)
        return try .json(ConnectionsModel.Connection(entry, tellsNames: true, now: desk.now()), status: status)
    }

    /// The data source of the address, once it is clear that the caller may change connections.
    private func source(_ context: SignedInContext) throws -> String {
        try context.rights.require(.accessServers, on: context.user.name)
        return try context.parameters.require("source")
    }

    /// The body that connects: `{"user": "ada", "password": "…", "remember": true}`, or a `token`.
    private struct Body: Decodable {
        let user: String?
        let password: String?
        let token: String?
        let remember: Bool?
    }
}

extension Caller {
    /// Whether it is a running server, with the token that it was started with.
    fileprivate var isOwnServer: Bool {
        guard case .token(let token, _) = self, token.serverId != nil, token.clientIdentifier == nil else {
            return false
        }
        // Others are lent to look at a server, and may do nothing for its user.
        return token.scopes.contains { $0.hasPrefix("\(ScopeName.userActivity.text)!") }
    }
}

/// One's connections, for programs and for the page's script.
struct ConnectionsModel: Encodable {
    let connections: [Connection]
    /// Whether the states are those of now.
    let isLive: Bool

    enum CodingKeys: String, CodingKey {
        case connections
        case isLive = "is_live"
    }

    init(_ overview: ConnectionDesk.Overview, tellsNames: Bool, now: Date) {
        connections = overview.entries.map { Connection($0, tellsNames: tellsNames, now: now) }
        isLive = !overview.isBlind
    }

    /// A connection, or a data source without one.
    struct Connection: Encodable {
        let name: String
        let title: String
        let kind: String
        let folder: String
        let access: String
        let isOffered: Bool
        let isConfigured: Bool
        let remember: Bool?
        let userName: String?
        let state: State

        enum CodingKeys: String, CodingKey {
            case name, title, kind, folder, access, remember, state
            case isOffered = "is_offered"
            case isConfigured = "is_configured"
            case userName = "user_name"
        }

        init(_ entry: ConnectionDesk.Entry, tellsNames: Bool, now: Date) {
            name = entry.source.name
            title = entry.source.title
            kind = entry.source.kind.rawValue
            folder = entry.source.homeFolder
            access = entry.source.access.rawValue
            (isOffered, isConfigured) = (entry.isOffered, entry.isConfigured)
            remember = entry.connection?.remember
            userName = tellsNames && !entry.userName.isEmpty ? entry.userName : nil
            state = State(entry, now: now)
        }
    }

    /// How it is; `icon`, `tone` and `since_words` are as the page shows it.
    struct State: Encodable {
        let code: String
        let title: String
        let message: String
        let remedy: String
        let tone: String
        let icon: String
        let since: String?
        let sinceWords: String?
        let lastFault: String?
        let waiting: Int
        let waitingWords: String?
        let conflicts: [String]

        enum CodingKeys: String, CodingKey {
            case code, title, message, remedy, tone, icon, since, waiting, conflicts
            case sinceWords = "since_words"
            case lastFault = "last_fault"
            case waitingWords = "waiting_words"
        }

        init(_ entry: ConnectionDesk.Entry, now: Date) {
            let (standing, card) = (entry.standing, ConnectionsPage.Card(entry, typed: nil, now: now))
            (code, title, message, remedy) = (standing.code, standing.title, card.message, card.remedy)
            (tone, icon) = (card.tone, card.icon)
            since = standing.since.map { APITime.text($0) }
            sinceWords = card.since?.words
            lastFault = standing.lastFault
            (waiting, waitingWords, conflicts) = (standing.waiting, standing.waitingText, standing.conflicts)
        }
    }
}

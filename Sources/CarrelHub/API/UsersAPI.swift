import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOFoundationCompat

/// Users in the REST API: who am I, who is somebody, and the activity that servers report (reference 2.2).
struct UsersAPI {
    let store: Store
    let now: @Sendable () -> Date

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("user", use: me)
            .get("users/:user", use: show)
            .post("users/:user/activity", use: activity)
    }

    @Sendable private func me(_ request: Request, context: SignedInContext) async throws -> Response {
        var model = try await model(of: context.user, for: context)
        model.identity =
            switch context.caller {
            case .token(let token, _):
                UserModel.Identity(
                    tokenID: token.id.map { "a\($0)" },
                    sessionID: token.sessionId.map(String.init),
                    scopes: context.rights.scopes.texts,
                )
            case .session(let session, _):
                UserModel.Identity(
                    tokenID: nil,
                    sessionID: session.id.map(String.init),
                    scopes: context.rights.scopes.texts,
                )
            case .nobody: throw HubError.notSignedIn
            }
        return try .json(model)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.userName()
        try context.rights.require(.readUserNames, on: name)
        guard let user = try await store.users.named(name) else { throw HubError.notFound }
        return try .json(try await model(of: user, for: context))
    }

    private func model(of user: UserRecord, for context: SignedInContext) async throws -> UserModel {
        let isToldGroups = context.rights.allows(.readUserGroups, on: user.name)
        return UserModel(
            user,
            servers: try await store.servers.all(ofUser: user.id ?? 0),
            groups: isToldGroups ? try await store.groups.all(ofUser: user.id ?? 0) : nil,
        )
    }

    @Sendable private func activity(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.userName()
        try context.rights.require(.userActivity, on: name)
        guard let user = try await store.users.named(name), let userID = user.id else { throw HubError.notFound }
        let report = try await ActivityReport(of: request, limit: context.maxUploadSize)
        let servers = try await store.servers.all(ofUser: userID)
        let times = try report.times(now: now())
        // Everything is checked before anything is written.
        var known: [(id: Int64, time: Date)] = []
        for (serverName, time) in times.servers {
            guard let id = servers.first(where: { $0.name.text == serverName })?.id else {
                throw HubError.badRequest("No such server: \(serverName.prefix(60))")
            }
            known.append((id, time))
        }
        if let time = times.user { try await store.users.recordActivity(of: userID, at: time) }
        for (id, time) in known { try await store.servers.recordActivity(of: id, at: time) }
        return Response(status: .ok)
    }
}

/// What a server reports of its use (reference 1.5).
struct ActivityReport: Decodable {
    private let lastActivity: String?
    private let servers: [String: Server]?

    private struct Server: Decodable {
        let lastActivity: String

        enum CodingKeys: String, CodingKey {
            case lastActivity = "last_activity"
        }
    }

    enum CodingKeys: String, CodingKey {
        case servers
        case lastActivity = "last_activity"
    }

    init(of request: Request, limit: Int) async throws {
        let body = try await request.body.collect(upTo: limit)
        do {
            self = try JSONDecoder().decode(Self.self, from: body)
        } catch {
            throw HubError.badRequest("Invalid JSON in body of request")
        }
    }

    /// - Throws: ``HubError/badRequest(_:)`` for an empty report, and for a time that is none or lies over an hour ahead.
    func times(now: Date) throws -> (user: Date?, servers: [String: Date]) {
        guard lastActivity != nil || servers != nil else {
            throw HubError.badRequest("body must contain at least one of `last_activity` or `servers`")
        }
        return (
            try lastActivity.map { try Self.time($0, now: now) },
            try (servers ?? [:]).mapValues { try Self.time($0.lastActivity, now: now) }
        )
    }

    /// A clock that runs a little ahead is believed up to now.
    private static func time(_ text: String, now: Date) throws -> Date {
        guard let date = APITime.date(text) else {
            throw HubError.badRequest("Not a valid ISO-8601 timestamp: \(text.prefix(60))")
        }
        guard date.timeIntervalSince(now) < 3600 else {
            throw HubError.badRequest("Rejecting activity more than an hour in the future: \(text.prefix(60))")
        }
        return min(date, now)
    }
}

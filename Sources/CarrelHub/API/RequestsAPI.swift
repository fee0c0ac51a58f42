import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// What users ask admins for, in Carrel's own part of the REST API.
struct RequestsAPI {
    let desk: HomeDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("carrel/requests", use: list)
            .post("carrel/requests", use: make)
            .patch("carrel/requests/:request", use: change)
    }

    /// Everybody's for who may change users, else one's own.
    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        let given = request.uri.queryParameters["state"].map(String.init)
        let state = given.flatMap { RequestRecord.State(rawValue: $0) }
        guard (given == nil) == (state == nil) else { throw HubError.badRequest("There is no such state.") }
        if context.rights.scopes.allows(.adminUsers) {
            return try .json(try await desk.store.requests.all(state).map { RequestModel($0.request, $0.owner.name) })
        }
        try context.rights.require(.readUsers, on: context.user.name)
        let own = try await desk.store.requests.all(ofUser: context.user.id ?? 0)
        return try .json(own.filter { state == nil || $0.state == state }.map { RequestModel($0, context.user.name) })
    }

    @Sendable private func make(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.rights.require(.servers, on: context.user.name)
        let body = try await request.decodedJSON(NewBody.self, limit: context.maxUploadSize)
        guard let kind = RequestRecord.Kind(rawValue: body.kind) else {
            throw HubError.badRequest("There is no such kind of request.")
        }
        guard kind == .storage || body.wantedBytes == nil, (body.wantedBytes ?? 0) >= 0 else {
            throw HubError.badRequest("`wanted_bytes` goes with the kind `storage`, and isn't negative.")
        }
        let made = try await desk.store.requests.add(
            RequestRecord(
                userId: context.user.id ?? 0,
                kind: kind,
                text: body.text ?? "",
                wantedBytes: body.wantedBytes,
                createdAt: desk.now(),
            )
        )
        return try .json(RequestModel(made, context.user.name), status: .created)
    }

    @Sendable private func change(_ request: Request, context: SignedInContext) async throws -> Response {
        guard let id = Int64(try context.parameters.require("request")),
            let owned = try await desk.store.requests.withID(id)
        else { throw HubError.notFound }
        let body = try await request.decodedJSON(ChangeBody.self, limit: context.maxUploadSize)
        let (name, answer) = (owned.owner.name, body.answer ?? "")
        switch body.state {
        case "withdrawn":
            guard owned.owner.id == context.user.id else { throw HubError.notFound }
            try context.rights.require(.servers, on: name)
            try await desk.store.requests.withdraw(id, ofUser: context.user.id ?? 0, at: desk.now())
        case "granted":
            try context.rights.require(.adminUsers, on: name)
            let bytes = body.quota ?? owned.request.wantedBytes
            guard owned.request.kind != .storage || bytes.map({ $0 >= 0 }) == true else {
                throw HubError.badRequest("`quota` says how many bytes are granted.")
            }
            let quota = owned.request.kind == .storage ? bytes.map { ByteCount(bytes: $0) } : nil
            let group = try body.group.map { try GroupName($0) }
            guard group == nil || owned.request.kind == .group else {
                throw HubError.badRequest("`group` goes with the kind `group`.")
            }
            if let group { try context.rights.require(.groups, on: group) }
            let admin = context.user.name
            if let problem = try await desk.grant(id, quota: quota, group: group, answer: answer, by: admin) {
                context.logger.warning("quota.notSet", metadata: ["error": "\(problem)"])
            }
        case "declined":
            try context.rights.require(.adminUsers, on: name)
            let store = desk.store.requests
            try await store.answer(id, with: .declined, answer: answer, by: context.user.name, at: desk.now())
        default: throw HubError.badRequest("`state` must be `granted`, `declined` or `withdrawn`.")
        }
        guard let now = try await desk.store.requests.withID(id) else { throw HubError.notFound }
        return try .json(RequestModel(now.request, now.owner.name))
    }

    private struct NewBody: Decodable {
        let kind: String
        let text: String?
        let wantedBytes: Int64?

        enum CodingKeys: String, CodingKey {
            case kind, text
            case wantedBytes = "wanted_bytes"
        }
    }

    private struct ChangeBody: Decodable {
        let state: String
        let answer: String?
        let quota: Int64?
        let group: String?
    }
}

/// A request in the REST API.
struct RequestModel: Encodable {
    let id: Int64
    let user: String
    let kind: String
    let text: String
    let wantedBytes: Int64?
    let state: String
    let answer: String?
    let created: String
    let answered: String?
    let answeredBy: String?

    enum CodingKeys: String, CodingKey {
        case id, user, kind, text, state, answer, created, answered
        case wantedBytes = "wanted_bytes"
        case answeredBy = "answered_by"
    }

    init(_ request: RequestRecord, _ owner: UserName) {
        id = request.id ?? 0
        user = owner.text
        kind = request.kind.rawValue
        text = request.text
        wantedBytes = request.wantedBytes
        state = request.state.rawValue
        answer = request.answer
        created = APITime.text(request.createdAt)
        answered = request.answeredAt.map(APITime.text)
        answeredBy = request.answeredBy
    }
}

import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Takeouts in Carrel's own part of the REST API; nobody gets another's files, whatever they may do otherwise.
struct TakeoutsAPI {
    let desk: TakeoutDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("carrel/users/:user/archive", use: stream)
            .head("carrel/users/:user/archive", use: head)
            .get("carrel/users/:user/archive/size", use: size)
            .get("carrel/users/:user/takeouts", use: list)
            .post("carrel/users/:user/takeouts", use: prepare)
            .get("carrel/users/:user/takeouts/:archive", use: look)
            .delete("carrel/users/:user/takeouts/:archive", use: remove)
            .get("carrel/users/:user/takeouts/:archive/archive", use: file)
    }

    // MARK: Packed while they are sent

    @Sendable private func stream(_ request: Request, context: SignedInContext) async throws -> Response {
        let order = try await order(request, context)
        let download = try await desk.download(order, of: context.user)
        context.logger.info("takeout.begun", metadata: ["format": "\(order.format.rawValue)"])
        return TakeoutResponse.stream(download, logger: context.logger)
    }

    @Sendable private func head(_ request: Request, context: SignedInContext) async throws -> Response {
        let order = try await order(request, context)
        return TakeoutResponse.head(order, fileName: order.fileName(of: context.user.name, at: desk.now()))
    }

    @Sendable private func size(_ request: Request, context: SignedInContext) async throws -> Response {
        switch try await desk.survey.count(try await order(request, context)) {
        case .counted(let counted): try .json(TakeoutProgressModel(counted))
        case .underWay: try .json(["status": "counting"], status: .accepted)
        }
    }

    // MARK: Prepared

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        let user = try owner(context)
        let prepared = try await desk.store.all(ofUser: user.id ?? 0).map { model($0) }
        let streams = desk.board.streams(of: user.name).map { TakeoutListModel.Stream($0) }
        return try .json(TakeoutListModel(prepared: prepared, streams: streams))
    }

    @Sendable private func prepare(_ request: Request, context: SignedInContext) async throws -> Response {
        let user = try owner(context)
        let body = try await request.decodedJSON(Body.self, limit: context.maxUploadSize)
        let choice = try TakeoutChoice { body.field($0) }
        let takeout = try await desk.prepare(try await desk.order(choice, of: user), of: user)
        return try .json(model(takeout), status: .accepted)
    }

    @Sendable private func look(_ request: Request, context: SignedInContext) async throws -> Response {
        let user = try owner(context)
        let id = try context.parameters.require("archive")
        guard let takeout = try await desk.store.withID(id, ofUser: user.id ?? 0) else { throw TakeoutRefusal.notFound }
        return try .json(model(takeout))
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        try await desk.remove(try context.parameters.require("archive"), of: try owner(context))
        return Response(status: .noContent)
    }

    @Sendable private func file(_ request: Request, context: SignedInContext) async throws -> Response {
        let takeout = try await desk.ready(try context.parameters.require("archive"), of: try owner(context))
        let path = desk.path(of: takeout.id)
        return try await TakeoutResponse.file(takeout, at: path, request: request, context: context)
    }

    // MARK: Who and what

    /// The user of the address, who must be the caller, with a token that may enter all servers of theirs: their files
    /// can be had there, too.
    private func owner(_ context: SignedInContext) throws -> UserRecord {
        let name = try context.userName()
        try context.rights.require(.accessServers, on: name)
        guard name == context.user.name else { throw HubError.notFound }
        return context.user
    }

    private func order(_ request: Request, _ context: SignedInContext) async throws -> TakeoutOrder {
        let user = try owner(context)
        return try await desk.order(try TakeoutChoice(query: request.uri.query), of: user)
    }

    private func model(_ takeout: TakeoutRecord) -> TakeoutModel {
        TakeoutModel(takeout, progress: desk.board.progress(of: takeout.id))
    }

    /// The body of an order: `{"path": "work", "format": "zip", "caches": false}`.
    private struct Body: Decodable {
        let home: String?
        let path: String?
        let format: String?
        let caches: Bool?

        func field(_ name: String) -> String? {
            switch name {
            case "home": home
            case "path": path
            case "format": format
            case "caches": caches.map { $0 ? "yes" : "no" }
            default: nil
            }
        }
    }
}

/// How much is in an archive, in bytes.
struct TakeoutProgressModel: Encodable {
    let entries: Int64
    let bytes: Int64

    init(_ progress: TakeoutProgress) {
        entries = progress.entries
        bytes = progress.bytes
    }
}

/// A prepared archive.
struct TakeoutModel: Encodable {
    let id: String
    let state: String
    let fileName: String
    let path: String
    let instance: String
    let format: String
    let failure: String?
    let size: Int64?
    let entries: Int64?
    let bytes: Int64?
    let createdAt: String
    let expiresAt: String?
    let url: String?

    enum CodingKeys: String, CodingKey {
        case id, state, path, format, failure, size, entries, bytes, url, instance
        case fileName = "file_name"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
    }

    init(_ takeout: TakeoutRecord, progress: TakeoutProgress?) {
        id = takeout.id
        state = takeout.state.rawValue
        fileName = takeout.fileName
        path = NameText.shown(takeout.path)
        instance = takeout.instance
        format = takeout.format
        failure = takeout.failure
        size = takeout.size ?? progress?.written
        entries = takeout.entries ?? progress?.entries
        bytes = takeout.bytes ?? progress?.bytes
        createdAt = APITime.text(takeout.createdAt)
        expiresAt = takeout.expiresAt.map { APITime.text($0) }
        url = takeout.state == .ready ? "\(HubPath.takeout)/prepared/\(takeout.id)" : nil
    }
}

/// What a user has prepared and downloads.
struct TakeoutListModel: Encodable {
    let prepared: [TakeoutModel]
    let streams: [Stream]

    /// A download on its way.
    struct Stream: Encodable {
        let fileName: String
        let begunAt: String
        let entries: Int64
        let bytes: Int64
        let sent: Int64
        let expectedBytes: Int64?

        enum CodingKeys: String, CodingKey {
            case entries, bytes, sent
            case fileName = "file_name"
            case begunAt = "begun_at"
            case expectedBytes = "expected_bytes"
        }

        init(_ stream: TakeoutBoard.Stream) {
            let now = stream.now
            fileName = stream.fileName
            begunAt = APITime.text(stream.begunAt)
            (entries, bytes, sent) = (now.entries, now.bytes, now.written)
            expectedBytes = stream.expected?.bytes
        }
    }
}

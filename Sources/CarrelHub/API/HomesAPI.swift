import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOFoundationCompat

/// What servers use, what homes hold, and quotas, in Carrel's own part of the REST API.
struct HomesAPI {
    let desk: HomeDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("carrel/users/:user/usage", use: usage)
            .patch("carrel/users/:user/quota", use: setQuota)
    }

    @Sendable private func usage(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.userName()
        try context.rights.require(.readServers, on: name)
        guard let user = try await desk.store.users.named(name) else { throw HubError.notFound }
        desk.board.look(.user(name), at: desk.now())
        let running = try await desk.store.servers.all(ofUser: user.id ?? 0).filter { $0.observed == .ready }
        var servers: [String: UsageModel.Server] = [:]
        for server in running {
            let reading = desk.board.server(ServerKey(user: name, server: server.name))
            servers[server.name.text] = reading.map { UsageModel.Server($0) }
        }
        let source = try await desk.quotas.quota(of: user).source
        let home = desk.usage(of: user).map { usage in
            UsageModel.Home(usage, source: source, strength: desk.storage.quotaStrength)
        }
        return try .json(UsageModel(servers: servers, home: home))
    }

    @Sendable private func setQuota(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.userName()
        try context.rights.require(.adminUsers, on: name)
        let body = try await QuotaBody(of: request, limit: context.maxUploadSize)
        guard try await desk.store.users.named(name) != nil else { throw HubError.notFound }
        let problem = try await desk.setQuota(body.quota, of: name)
        guard let user = try await desk.store.users.named(name) else { throw HubError.notFound }
        return try .json(QuotaModel(try await desk.quotas.quota(of: user), isApplied: problem == nil))
    }
}

/// What a user's servers use and their home holds; sizes in bytes.
struct UsageModel: Encodable, Equatable {
    let servers: [String: Server]
    let home: Home?

    /// What a server used when it was last read; what this machine doesn't tell is left out.
    struct Server: Encodable, Equatable {
        let memory: Int64?
        let memoryLimit: Int64?
        let processors: Double?
        let processorLimit: Double?
        let processes: Int?
        let processLimit: Int?
        let memoryKills: Int
        let sampledAt: String

        enum CodingKeys: String, CodingKey {
            case memory, processors, processes
            case memoryLimit = "memory_limit"
            case processorLimit = "processor_limit"
            case processLimit = "process_limit"
            case memoryKills = "memory_kills"
            case sampledAt = "sampled_at"
        }

        init(_ reading: UsageReading) {
            memory = reading.usage.memory?.bytes
            memoryLimit = reading.usage.memoryLimit?.bytes
            processors = reading.processors.map { ($0 * 1000).rounded() / 1000 }
            processorLimit = reading.usage.processorLimit
            processes = reading.usage.processes
            processLimit = reading.usage.processLimit
            memoryKills = reading.usage.memoryKills
            sampledAt = APITime.text(reading.at)
        }
    }

    /// What the home holds; nil when nobody can tell.
    struct Home: Encodable, Equatable {
        let used: Int64
        let quota: Int64?
        /// Whose quota it is: `own`, `group` or `everybody`.
        let quotaOf: String
        let quotaGroup: String?
        let isHard: Bool

        enum CodingKeys: String, CodingKey {
            case used, quota
            case quotaOf = "quota_of"
            case quotaGroup = "quota_group"
            case isHard = "is_hard"
        }

        init(_ usage: HomeUsage, source: HomeQuota.Source, strength: QuotaStrength) {
            used = usage.used.bytes
            quota = usage.quota?.bytes
            quotaOf = source.text
            quotaGroup = source.group?.text
            isHard = strength == .hard
        }
    }
}

/// A user's quota after a change.
struct QuotaModel: Encodable {
    let quota: Int64?
    /// Whose quota it is: `own`, `group` or `everybody`.
    let quotaOf: String
    let quotaGroup: String?
    let isOwn: Bool
    let isApplied: Bool

    enum CodingKeys: String, CodingKey {
        case quota
        case quotaOf = "quota_of"
        case quotaGroup = "quota_group"
        case isOwn = "is_own"
        case isApplied = "is_applied"
    }

    init(_ quota: HomeQuota, isApplied: Bool) {
        self.quota = quota.size?.bytes
        quotaOf = quota.source.text
        quotaGroup = quota.source.group?.text
        isOwn = quota.source == .own
        self.isApplied = isApplied
    }
}

/// The body of a change of a quota: `{"quota": 50000000000}` in bytes, or null for that of the user's groups or of everybody.
private struct QuotaBody: Decodable {
    let quota: ByteCount?

    private enum CodingKeys: String, CodingKey {
        case quota
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.contains(.quota) else { throw HubError.badRequest("body must contain `quota`") }
        let bytes = try container.decodeIfPresent(Int64.self, forKey: .quota)
        if let bytes, bytes < 0 { throw HubError.badRequest("`quota` must not be negative") }
        quota = bytes.map { ByteCount(bytes: $0) }
    }

    init(of request: Request, limit: Int) async throws {
        self = try await request.decodedJSON(Self.self, limit: limit)
    }
}

extension Request {
    /// The body as JSON of a shape.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` when it isn't.
    func decodedJSON<Value: Decodable>(_ type: Value.Type, limit: Int) async throws -> Value {
        let body = try await self.body.collect(upTo: limit)
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch let error as HubError {
            throw error
        } catch {
            throw HubError.badRequest("Invalid JSON in body of request")
        }
    }
}

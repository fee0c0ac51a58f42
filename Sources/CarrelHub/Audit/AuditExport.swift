public import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Events of the audit record as JSON lines, the oldest first; however many there are, few are in memory.
public struct AuditExport: Sendable {
    private let store: AuditStore
    private let filter: AuditFilter
    private let after: Int64
    private let limit: Int

    private static let batch = 500

    /// Chooses the events.
    ///
    /// - Parameters:
    ///   - store: where they are.
    ///   - filter: which.
    ///   - after: the number after which they begin.
    ///   - limit: how many at most.
    public init(_ store: AuditStore, _ filter: AuditFilter, after: Int64 = 0, limit: Int = .max) {
        self.store = store
        self.filter = filter
        self.after = after
        self.limit = limit
    }

    /// Gives the lines, some at a time, each with its line feed.
    public func send(_ receive: (String) async throws -> Void) async throws {
        var (last, left) = (after, limit)
        while left > 0 {
            let wanted = min(Self.batch, left)
            let records = try await store.following(filter, after: last, limit: wanted)
            guard let end = records.last else { return }
            try await receive(try records.map { try AuditLine($0).text + "\n" }.joined())
            guard records.count == wanted else { return }
            (last, left) = (end.id, left - records.count)
        }
    }

    func response() -> Response {
        let body = ResponseBody { writer in
            try await send { try await writer.write(ByteBuffer(string: $0)) }
            try await writer.finish(nil)
        }
        let headers: HTTPFields = [.contentType: "application/jsonl", .cacheControl: "no-store"]
        return Response(status: .ok, headers: headers, body: body)
    }
}

/// An event as a line of JSON.
struct AuditLine: Encodable {
    private struct Actor: Encodable {
        let kind: String
        let name: String
        let user: Int64?
    }

    private struct Target: Encodable {
        let kind: String
        let name: String
    }

    private struct Subject: Encodable {
        let name: String
        let user: Int64?
    }

    private struct Origin: Encodable {
        let address: String
        let userAgent: String
    }

    private struct Means: Encodable {
        let kind: String
        let id: Int64?
    }

    private let id: Int64
    private let at: String
    private let actor: Actor
    private let action: String
    private let target: Target
    private let subject: Subject?
    private let from: Origin
    private let by: Means
    private let outcome: String
    private let reason: String?
    private let count: Int
    private let details: [String: String]
    private let chain: String

    init(_ record: AuditRecord) {
        id = record.id
        let second = Date(timeIntervalSince1970: Double(record.at / 1000)).formatted(.iso8601)
        at = "\(second.dropLast()).\(String(format: "%03d", record.at % 1000))Z"
        actor = Actor(kind: record.actorKind.rawValue, name: record.actorName, user: record.actorId)
        action = record.action
        target = Target(kind: record.targetKind, name: record.targetName)
        subject = record.subjectName.map { Subject(name: $0, user: record.subjectId) }
        from = Origin(address: record.address, userAgent: record.userAgent)
        by = Means(kind: record.way.rawValue, id: record.wayId)
        outcome = record.outcome.rawValue
        reason = record.reason
        count = record.count
        details = record.detailFields
        chain = record.chain
    }

    /// On one line: line feeds in texts are escaped by JSON.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

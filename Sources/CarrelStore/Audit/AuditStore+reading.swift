public import Foundation
import GRDB

/// Which events somebody wants to see.
public struct AuditFilter: Sendable, Equatable {
    /// The user who acted or whom it concerns, by name.
    public var person: String?
    /// The user who acted or whom it concerns, by number.
    public var userId: Int64?
    /// What was done.
    public var action: AuditAction?
    /// What came of it.
    public var outcome: AuditRecord.Outcome?
    /// From when on.
    public var since: Date?
    /// Before when.
    public var until: Date?
    /// The address, or how it begins.
    public var address: String?

    /// All events.
    public init() {}

    var request: QueryInterfaceRequest<AuditRecord> {
        var request = AuditRecord.all()
        if let person {
            request = request.filter(
                AuditRecord.Field.actorName == person || AuditRecord.Field.subjectName == person
            )
        }
        if let userId {
            request = request.filter(AuditRecord.Field.actorId == userId || AuditRecord.Field.subjectId == userId)
        }
        if let action { request = request.filter(AuditRecord.Field.action == action.rawValue) }
        if let outcome { request = request.filter(AuditRecord.Field.outcome == outcome.rawValue) }
        if let since { request = request.filter(AuditRecord.Field.at >= AuditRecord.milliseconds(since)) }
        if let until { request = request.filter(AuditRecord.Field.at < AuditRecord.milliseconds(until)) }
        if let address {
            request = request.filter(
                sql: "substr(address, 1, length(:address)) = :address",
                arguments: ["address": address],
            )
        }
        return request
    }
}

extension AuditStore {
    /// Events before a number, the newest first.
    ///
    /// - Parameters:
    ///   - filter: which.
    ///   - id: from which on back; nil for the newest.
    ///   - limit: how many at most.
    /// - Returns: the events.
    /// - Throws: what the database says.
    public func newest(_ filter: AuditFilter, before id: Int64? = nil, limit: Int) async throws -> [AuditRecord] {
        try await database.read { database in
            try filter.request
                .filter(AuditRecord.Field.id < (id ?? .max))
                .order(AuditRecord.Field.id.desc)
                .limit(limit)
                .fetchAll(database)
        }
    }

    /// Events after a number, the oldest first; an export goes on with the number of the last.
    ///
    /// - Parameters:
    ///   - filter: which.
    ///   - id: after which one; 0 for all that there are.
    ///   - limit: how many at most.
    /// - Returns: the events.
    /// - Throws: what the database says.
    public func following(_ filter: AuditFilter, after id: Int64, limit: Int) async throws -> [AuditRecord] {
        try await database.read { database in
            try filter.request
                .filter(AuditRecord.Field.id > id)
                .order(AuditRecord.Field.id)
                .limit(limit)
                .fetchAll(database)
        }
    }
}

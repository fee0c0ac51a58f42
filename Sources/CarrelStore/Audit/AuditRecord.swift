import CarrelModel
public import Foundation
public import GRDB

/// A row of the audit record.
///
/// Names are kept as text, so that it can be read after those who had them were removed.
public struct AuditRecord: Codable, Sendable, Equatable, Identifiable {
    /// What came of it.
    public enum Outcome: String, Codable, Sendable, CaseIterable {
        case done, refused, failed
    }

    /// Names it; each is the one before plus one.
    public var id: Int64
    /// When, in milliseconds since 1970.
    public var at: Int64
    /// What kind of actor it was.
    public var actorKind: AuditSource.Kind
    /// The actor's name at that time.
    public var actorName: String
    /// The number of the user who acted.
    public var actorId: Int64?
    /// What was done: an ``AuditAction``, also one of another version.
    public var action: String
    /// What kind of thing it was done to.
    public var targetKind: String
    /// Its name at that time.
    public var targetName: String
    /// The name of the user whom it concerns.
    public var subjectName: String?
    /// The number of that user.
    public var subjectId: Int64?
    /// From where.
    public var address: String
    /// What the browser called itself.
    public var userAgent: String
    /// By what means.
    public var way: AuditSource.Way
    /// The number of the session or the token.
    public var wayId: Int64?
    /// What came of it.
    public var outcome: Outcome
    /// Why it wasn't done, in a short word.
    public var reason: String?
    /// How many such events it stands for.
    public var count: Int
    /// A JSON object of texts.
    public var details: String
    /// SHA-256 of the row before and of this one, in hexadecimal (``AuditChain``).
    public var chain: String

    /// When.
    public var time: Date { Date(timeIntervalSince1970: Double(at) / 1000) }

    /// ``details``, read.
    public var detailFields: [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(details.utf8))) ?? [:]
    }

    /// A row for an event; who it concerns is looked up by the caller, and `id` and `chain` are given when it is appended.
    init(_ event: AuditEvent, subjectId: Int64?, count: Int = 1) throws {
        id = 0
        at = Self.milliseconds(event.at)
        actorKind = event.source.kind
        actorName = event.source.name
        actorId = event.source.userId
        action = event.action.rawValue
        targetKind = event.target.kind
        targetName = event.target.name
        subjectName = event.subject?.text
        self.subjectId = subjectId
        address = event.source.address
        userAgent = event.source.userAgent
        way = event.source.way
        wayId = event.source.wayId
        outcome = event.outcome.word
        reason = event.outcome.reason
        self.count = count
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        details = String(decoding: try encoder.encode(event.details), as: UTF8.self)
        chain = ""
    }

    static func milliseconds(_ time: Date) -> Int64 { Int64((time.timeIntervalSince1970 * 1000).rounded()) }
}

extension AuditRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "auditEvent"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let at = Column(CodingKeys.at)
        static let actorKind = Column(CodingKeys.actorKind)
        static let actorName = Column(CodingKeys.actorName)
        static let actorId = Column(CodingKeys.actorId)
        static let action = Column(CodingKeys.action)
        static let targetName = Column(CodingKeys.targetName)
        static let subjectName = Column(CodingKeys.subjectName)
        static let subjectId = Column(CodingKeys.subjectId)
        static let address = Column(CodingKeys.address)
        static let way = Column(CodingKeys.way)
        static let wayId = Column(CodingKeys.wayId)
        static let outcome = Column(CodingKeys.outcome)
    }
}

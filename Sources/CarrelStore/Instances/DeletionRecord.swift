public import CarrelModel
public import Foundation
public import GRDB

/// The deletion of an instance: under way, or done and signed.
public struct DeletionRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// The name of the instance that was deleted.
    public var instance: String
    /// When it began.
    public var startedAt: Date
    /// When everything was gone; nil while it is under way.
    public var finishedAt: Date?
    /// The report as ``DeletionReport/text()`` writes it; what is signed.
    public var record: String
    /// The hub's signature of the report; nil while it is under way.
    public var signature: String?

    /// What it says.
    public func report() throws -> DeletionReport { try DeletionReport(text: record) }

    init(_ report: DeletionReport) throws {
        instance = report.instance
        startedAt = report.startedAt
        record = try report.text()
    }
}

extension DeletionRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "deletion"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let instance = Column(CodingKeys.instance)
        static let finishedAt = Column(CodingKeys.finishedAt)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// When the hub last looked whether an instance is over.
public struct InstanceLookRecord: Codable, Sendable, Equatable {
    /// Which instance.
    public var instanceId: Int64
    /// When, by the clock of that moment.
    public var lookedAt: Date
    /// Since when the clock has gone on steadily after a jump; nil when it is trusted.
    public var unsteadySince: Date?

    /// Notes a look.
    public init(instanceId: Int64, lookedAt: Date, unsteadySince: Date? = nil) {
        self.instanceId = instanceId
        self.lookedAt = lookedAt
        self.unsteadySince = unsteadySince
    }
}

extension InstanceLookRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "instanceLook"
}

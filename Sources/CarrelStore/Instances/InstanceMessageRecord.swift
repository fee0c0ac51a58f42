public import Foundation
public import GRDB

/// What a manager of an instance says to everybody in it.
public struct InstanceMessageRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// To whom.
    public var instanceId: Int64
    /// Plain text.
    public var text: String
    /// When it was said.
    public var createdAt: Date
    /// By whom.
    public var createdBy: String
    /// When it is over; nil until somebody takes it back.
    public var endsAt: Date?

    /// Makes a message that is not in the database yet.
    public init(instanceId: Int64, text: String, createdAt: Date, createdBy: String, endsAt: Date?) {
        self.instanceId = instanceId
        self.text = text
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.endsAt = endsAt
    }
}

extension InstanceMessageRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "instanceMessage"

    enum Field {
        static let instanceId = Column(CodingKeys.instanceId)
        static let createdAt = Column(CodingKeys.createdAt)
        static let endsAt = Column(CodingKeys.endsAt)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

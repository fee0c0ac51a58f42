public import Foundation
public import GRDB

/// A link with which people join an instance.
public struct InvitationRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it inside the hub.
    public var id: Int64?
    /// The instance it leads into.
    public var instanceId: Int64
    /// SHA-256 of the link's secret.
    public var secretHash: String
    /// Whom it is for, in words of who made it.
    public var note: String
    /// What people become by it.
    public var role: InstanceMemberRecord.Role
    /// How many joined with it.
    public var uses: Int
    /// How many may; nil for any number.
    public var maximumUses: Int?
    /// When it was made.
    public var createdAt: Date
    /// Who made it.
    public var createdBy: String
    /// Until when it is good; nil for as long as the instance.
    public var expiresAt: Date?
    /// When it was revoked.
    public var revokedAt: Date?

    /// The longest note, in characters.
    public static let longestNote = 200

    /// Makes an invitation that nobody used yet.
    public init(
        instanceId: Int64,
        secretHash: String,
        note: String,
        role: InstanceMemberRecord.Role,
        maximumUses: Int?,
        createdAt: Date,
        createdBy: String,
        expiresAt: Date?,
    ) {
        self.instanceId = instanceId
        self.secretHash = secretHash
        self.note = note
        self.role = role
        uses = 0
        self.maximumUses = maximumUses
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
    }

    /// Why nobody joins with it any more; nil when it is good.
    public func refusal(at now: Date) -> InvitationError? {
        if revokedAt != nil { return .revoked }
        if let expiresAt, expiresAt <= now { return .expired }
        if let maximumUses, uses >= maximumUses { return .used }
        return nil
    }
}

extension InvitationRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "invitation"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let instanceId = Column(CodingKeys.instanceId)
        static let secretHash = Column(CodingKeys.secretHash)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

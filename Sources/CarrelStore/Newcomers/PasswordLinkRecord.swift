public import Foundation
public import GRDB

/// A link by which a user chooses a password once.
public struct PasswordLinkRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it; never given to another one.
    public var id: Int64?
    /// Whose password.
    public var userId: Int64
    /// SHA-256 of what follows `#` in the link.
    public var secretHash: String
    /// Who made it: an admin's name, or `command`.
    public var createdBy: String
    /// Until when it is good.
    public var expiresAt: Date

    /// Makes one that isn't in the database yet.
    public init(userId: Int64, secretHash: String, createdBy: String, expiresAt: Date) {
        self.userId = userId
        self.secretHash = secretHash
        self.createdBy = createdBy
        self.expiresAt = expiresAt
    }
}

extension PasswordLinkRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "passwordLink"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let secretHash = Column(CodingKeys.secretHash)
        static let expiresAt = Column(CodingKeys.expiresAt)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

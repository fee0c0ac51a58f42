public import Foundation
public import GRDB

/// What a user gave the hub to sign in to another service with, encrypted.
public struct CredentialRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// Whose it is.
    public var userId: Int64
    /// What it is for, such as `git:https://example.org`.
    public var source: String
    /// What its user sees of it, such as the user name there; no secret.
    public var label: String
    /// The credential, as the vault encrypted it.
    public var sealed: Data
    /// When it was given.
    public var createdAt: Date
    /// When a server last asked for it, to the minute.
    public var lastUsedAt: Date?

    /// Makes one that isn't in the database yet.
    public init(userId: Int64, source: String, label: String, sealed: Data, createdAt: Date) {
        self.userId = userId
        self.source = source
        self.label = label
        self.sealed = sealed
        self.createdAt = createdAt
    }
}

extension CredentialRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "credential"

    /// Its columns.
    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let source = Column(CodingKeys.source)
        static let sealed = Column(CodingKeys.sealed)
        static let lastUsedAt = Column(CodingKeys.lastUsedAt)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

public import Foundation
public import GRDB

/// A password with which programs reach a user's files over WebDAV, and nothing else of theirs.
public struct FilePasswordRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// Whose files it opens.
    public var userId: Int64
    /// SHA-256 of the password.
    public var secretHash: String
    /// What it is for, in its owner's words.
    public var note: String
    /// Whether files can be changed with it.
    public var isWritable: Bool
    /// The mount that it was made for, which the hub renews by itself; nil for one of the user's own.
    public var mount: String?
    /// When it was made.
    public var createdAt: Date
    /// When it ends; nil: never.
    public var expiresAt: Date?
    /// When it was last used, to the minute.
    public var lastUsedAt: Date?

    /// What is noted as the mount of a server that asks the gateway itself, with a password that stands in its environment.
    ///
    /// - Parameter name: of the server.
    /// - Returns: a name that no other mount has.
    public static func serverMount(_ name: String) -> String { name + serverMark }

    static let serverMark = " (server)"

    /// Makes one that isn't in the database yet.
    public init(
        userId: Int64,
        secretHash: String,
        note: String,
        isWritable: Bool,
        mount: String? = nil,
        createdAt: Date,
        expiresAt: Date? = nil,
    ) {
        self.userId = userId
        self.secretHash = secretHash
        self.note = note
        self.isWritable = isWritable
        self.mount = mount
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension FilePasswordRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "filePassword"

    /// Its columns.
    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let secretHash = Column(CodingKeys.secretHash)
        static let mount = Column(CodingKeys.mount)
        static let expiresAt = Column(CodingKeys.expiresAt)
        static let lastUsedAt = Column(CodingKeys.lastUsedAt)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

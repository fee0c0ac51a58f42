public import Foundation
public import GRDB

/// An API token: of a person, of a server, or granted to an OAuth client.
public struct TokenRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names the token; `a<id>` in the REST API (reference 2.1).
    public var id: Int64?
    /// Whose rights it is limited by.
    public var userId: Int64
    /// SHA-256 of the token.
    public var secretHash: String
    /// The server it was born with and dies with.
    public var serverId: Int64?
    /// The browser session it was granted in and ends with.
    public var sessionId: Int64?
    /// The identity it was made with, without which it is worth nothing; nil for one that stands by itself.
    public var identityId: Int64?
    /// The OAuth client it was granted to.
    public var clientIdentifier: String?
    /// SHA-256 of the code it was exchanged for; a code shown twice takes its tokens with it.
    public var codeHash: String?
    /// What it may do, as scope strings.
    public var scopes: [String]
    /// What it is for, in its owner's words.
    public var note: String
    /// When it was made.
    public var createdAt: Date
    /// When it ends; nil: never.
    public var expiresAt: Date?
    /// When it was last used, to the minute.
    public var lastUsedAt: Date?

    /// Makes a token that is not in the database yet.
    public init(userId: Int64, secretHash: String, scopes: [String], note: String, createdAt: Date) {
        self.userId = userId
        self.secretHash = secretHash
        self.scopes = scopes
        self.note = note
        self.createdAt = createdAt
    }

    /// Whether it is a server's or an OAuth client's, which end with the server or the session, and not a person's own.
    var isLent: Bool { serverId != nil || clientIdentifier != nil }
}

extension TokenRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "token"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let secretHash = Column(CodingKeys.secretHash)
        static let serverId = Column(CodingKeys.serverId)
        static let identityId = Column(CodingKeys.identityId)
        static let clientIdentifier = Column(CodingKeys.clientIdentifier)
        static let codeHash = Column(CodingKeys.codeHash)
        static let expiresAt = Column(CodingKeys.expiresAt)
        static let lastUsedAt = Column(CodingKeys.lastUsedAt)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

import CarrelModel
public import Foundation
public import GRDB

/// A browser that is signed in.
public struct SessionRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names the session inside the hub; never shown to a browser.
    public var id: Int64?
    /// Whose session.
    public var userId: Int64
    /// SHA-256 of the secret in the browser's cookie.
    public var secretHash: String
    /// Where the sign-in came from.
    public var address: String
    /// What the browser called itself, cut to 500 bytes.
    public var userAgent: String
    /// When the person signed in.
    public var createdAt: Date
    /// When the browser was last seen, to the minute.
    public var lastSeenAt: Date
    /// When the session ends by itself.
    public var expiresAt: Date
    /// The identity with which it began; nil for one that began with a password of the hub.
    public var identityId: Int64?
    /// What the identity's provider calls its own session (`sid`), so that it can end ours with it.
    public var providerSession: String?
    /// Whether it began with nothing but a token that programs of the person have, too.
    public var isByToken = false

    /// Makes a session that is not in the database yet.
    public init(
        userId: Int64,
        secretHash: String,
        address: String,
        userAgent: String,
        createdAt: Date,
        expiresAt: Date,
    ) {
        self.userId = userId
        self.secretHash = secretHash
        self.address = address
        self.userAgent = userAgent.cut(toBytes: 500)
        self.createdAt = createdAt
        self.lastSeenAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension SessionRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "session"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let secretHash = Column(CodingKeys.secretHash)
        static let lastSeenAt = Column(CodingKeys.lastSeenAt)
        static let expiresAt = Column(CodingKeys.expiresAt)
        static let identityId = Column(CodingKeys.identityId)
        static let providerSession = Column(CodingKeys.providerSession)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

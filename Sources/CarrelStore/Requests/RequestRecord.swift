public import Foundation
public import GRDB

/// Something a user asks the admins for.
public struct RequestRecord: Codable, Sendable, Equatable, Identifiable {
    /// What it is about.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// More room in the home.
        case storage
        /// A package in an environment.
        case package
        /// A data space.
        case data
        /// Membership in a group.
        case group
        /// Anything else.
        case other
    }

    /// How far it is.
    public enum State: String, Codable, Sendable, CaseIterable {
        case open
        case granted
        case declined
        /// Taken back by its user.
        case withdrawn
    }

    /// Names it.
    public var id: Int64?
    /// Who asks.
    public var userId: Int64
    /// What it is about.
    public var kind: Kind
    /// In the user's words; at most ``RequestStore/longestText`` characters.
    public var text: String
    /// How many bytes the home should be able to hold; of a request for room only.
    public var wantedBytes: Int64?
    /// How far it is.
    public var state: State
    /// What an admin said.
    public var answer: String?
    /// When it was made.
    public var createdAt: Date
    /// When it was answered or withdrawn.
    public var answeredAt: Date?
    /// The name of the admin who answered, as it was then.
    public var answeredBy: String?
    /// When its user saw the answer.
    public var seenAt: Date?

    /// Makes an open request that is not in the database yet.
    public init(userId: Int64, kind: Kind, text: String, wantedBytes: Int64? = nil, createdAt: Date) {
        self.userId = userId
        self.kind = kind
        self.text = text
        self.wantedBytes = wantedBytes
        state = .open
        self.createdAt = createdAt
    }
}

extension RequestRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "request"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let state = Column(CodingKeys.state)
        static let answeredAt = Column(CodingKeys.answeredAt)
        static let seenAt = Column(CodingKeys.seenAt)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// A request together with who asks.
public struct OwnedRequest: Sendable, Equatable {
    /// The request.
    public var request: RequestRecord
    /// Who asks.
    public var owner: UserRecord

    /// Joins the two.
    public init(request: RequestRecord, owner: UserRecord) {
        self.request = request
        self.owner = owner
    }
}

public import CarrelModel
public import Foundation
public import GRDB

/// A person who may sign in.
public struct UserRecord: Codable, Sendable, Equatable, Identifiable {
    /// Never given to another user, even after this one is removed; visitors have negative ones, which are given again.
    public var id: Int64?
    /// The normalised name.
    public var name: UserName
    /// The name with look-alike letters folded; no two users have the same.
    public var skeleton: String
    /// The scrypt hash of the password in its text form; nil when no password was set, so none fits.
    public var passwordHash: String?
    /// Whether the password was given by somebody else and must be replaced at the next sign-in.
    public var mustChangePassword: Bool
    /// Whether this user may do what admins may.
    public var isAdmin: Bool
    /// Whether sign-in and tokens are refused.
    public var isDisabled: Bool
    /// When the user was added.
    public var createdAt: Date
    /// When the user or a server of theirs was last active.
    public var lastActivityAt: Date?
    /// How many bytes this user's home may hold; nil for as many as everybody's.
    public var homeQuota: Int64?
    /// The instance that the account exists for, and with which it goes; nil for an account of the hub.
    public var onlyInstanceId: Int64?
    /// Where the person can be reached, if they said it.
    public var email: String?
    /// Whether it is a throw-away account that somebody has without having signed up.
    public var isVisitor = false

    /// Makes a user that is not in the database yet.
    public init(
        name: UserName,
        passwordHash: String?,
        mustChangePassword: Bool,
        isAdmin: Bool,
        createdAt: Date,
    ) {
        self.name = name
        skeleton = name.skeleton
        self.passwordHash = passwordHash
        self.mustChangePassword = mustChangePassword
        self.isAdmin = isAdmin
        self.isDisabled = false
        self.createdAt = createdAt
    }
}

extension UserRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "user"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let name = Column(CodingKeys.name)
        static let skeleton = Column(CodingKeys.skeleton)
        static let lastActivityAt = Column(CodingKeys.lastActivityAt)
        static let isVisitor = Column(CodingKeys.isVisitor)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

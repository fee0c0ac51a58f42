public import Foundation
public import GRDB

/// Who a user is at a provider.
///
/// Provider and subject together are the key, and no name is: names at providers change hands.
public struct IdentityRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// Whose it is.
    public var userId: Int64
    /// The provider's name in the configuration.
    public var provider: String
    /// What the provider calls the person, for ever.
    public var subject: String
    /// Who vouches for it: the provider's issuer, or the kind of authenticator; nil for one from before it was noted.
    ///
    /// Another one of the same name in the configuration may call somebody else so.
    public var issuer: String?
    /// What people recognise it by, such as their name or address there.
    public var label: String
    /// When the user first came by it.
    public var createdAt: Date
    /// When they last signed in by it.
    public var signedInAt: Date?
    /// When the provider last said that it still holds.
    public var checkedAt: Date
    /// Since when the provider doesn't vouch for it any more, until the next sign-in; nil as long as it does.
    public var lapsedAt: Date?
    /// Whether its user is an admin by it.
    public var gaveAdmin = false

    /// Makes one that isn't in the database yet.
    public init(
        userId: Int64,
        provider: String,
        subject: String,
        issuer: String? = nil,
        label: String,
        createdAt: Date,
    ) {
        self.userId = userId
        self.provider = provider
        self.subject = subject
        self.issuer = issuer
        self.label = label
        self.createdAt = createdAt
        checkedAt = createdAt
    }
}

extension IdentityRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "identity"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let provider = Column(CodingKeys.provider)
        static let subject = Column(CodingKeys.subject)
        static let issuer = Column(CodingKeys.issuer)
        static let checkedAt = Column(CodingKeys.checkedAt)
        static let lapsedAt = Column(CodingKeys.lapsedAt)
        static let gaveAdmin = Column(CodingKeys.gaveAdmin)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// A place in a group that somebody has by an identity.
struct GivenMembershipRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "givenMembership"

    let identityId: Int64
    let groupId: Int64
    /// What the identity makes them; nil for one that was given before that was noted, and isn't in the group.
    var role: String?
    /// What they were in the group before; nil when they weren't in it.
    var formerRole: String?

    enum Field {
        static let identityId = Column(CodingKeys.identityId)
        static let groupId = Column(CodingKeys.groupId)
        static let formerRole = Column(CodingKeys.formerRole)
    }
}

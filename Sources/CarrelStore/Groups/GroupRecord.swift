public import CarrelModel
public import Foundation
public import GRDB

/// People who share a project folder and rights.
public struct GroupRecord: Codable, Sendable, Equatable, Identifiable {
    /// Never given to another group, even after this one is removed: the group's Unix id is made of it.
    public var id: Int64?
    /// What it and its project folder are called.
    public var name: GroupName
    /// A JSON object that clients of the REST API keep here (reference 2.2, `PUT /groups/:g/properties`), as text.
    public var properties: String
    /// How many bytes the home of a member may hold; nil for as many as everybody's.
    public var homeQuota: Int64?
    /// How many bytes the project folder may hold; nil for as many as every project folder, ``unlimited`` for as many as
    /// there is room for.
    public var projectQuota: Int64?
    /// The instance that it belongs to and goes with; nil for one of the hub.
    public var instanceId: Int64?
    /// When it was added.
    public var createdAt: Date

    /// The quota of a project folder that may hold as much as there is room.
    public static let unlimited = Int64.max

    /// Makes a group that is not in the database yet.
    public init(name: GroupName, createdAt: Date, instanceId: Int64? = nil) {
        self.name = name
        self.instanceId = instanceId
        properties = "{}"
        self.createdAt = createdAt
    }
}

extension GroupRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "group"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let name = Column(CodingKeys.name)
        static let instanceId = Column(CodingKeys.instanceId)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// One user's place in one group.
struct MembershipRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "membership"

    let groupId: Int64
    let userId: Int64
    var role = GroupRole.member

    enum Field {
        static let groupId = Column(CodingKeys.groupId)
        static let userId = Column(CodingKeys.userId)
        static let role = Column(CodingKeys.role)
    }
}

public import CarrelModel
public import Foundation
public import GRDB

/// An instance: its policy, and where it is in its life.
public struct InstanceRecord: Codable, Sendable, Equatable, Identifiable {
    /// Who says what its settings are.
    public enum Origin: String, Codable, Sendable {
        /// `carrel.yaml`.
        case file
        /// A person, on a page or by the command line.
        case page
    }

    /// Where it is in its life.
    public enum State: String, Codable, Sendable {
        /// People come and go.
        case open
        /// Taken out of the file: nobody enters, everything is kept.
        case archived
        /// Over: people can still download their work, until it is deleted.
        case ended
        /// Everything in it is being deleted.
        case deleting
    }

    /// The id of the default instance.
    public static let defaultID: Int64 = 1

    /// Names it inside the hub.
    public var id: Int64?
    /// What it is called.
    public var name: InstanceName
    /// Who says what its settings are.
    public var origin: Origin
    /// Its settings as ``InstanceSettings/json()`` writes them; nil for the standard ones.
    private var settingsText: String?
    /// Where it is in its life.
    public var state = State.open
    /// Whether no further people may enter; those who belong to it go on.
    public var isClosed = false
    /// When it ends, if it does: as its settings say, or as a manager moved it.
    public var endsAt: Date?
    /// When it was over.
    public var endedAt: Date?
    /// The hash of the code with which people enter.
    public var codeHash: String?
    /// When it was made.
    public var createdAt: Date
    /// Who made it on a page.
    public var createdBy: String?

    /// Its settings.
    public private(set) var settings: InstanceSettings

    /// Makes an instance that is not in the database yet.
    ///
    /// - Throws: what is wrong with the settings' name.
    public init(_ settings: InstanceSettings, origin: Origin, createdAt: Date, createdBy: String? = nil) throws {
        name = try InstanceName(settings.name)
        self.origin = origin
        self.settings = settings
        settingsText = try settings.json()
        endsAt = settings.ends?.date
        self.createdAt = createdAt
        self.createdBy = createdBy
    }

    /// Whether nothing is to start in it any more because it is over.
    public var isOver: Bool { state == .ended || state == .deleting }

    /// Gives it other settings; a date of its end that they move holds again.
    public mutating func setSettings(_ new: InstanceSettings) throws {
        if new.ends != settings.ends { endsAt = new.ends?.date }
        settingsText = try new.json()
        settings = new
    }
}

extension InstanceRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "instance"

    enum CodingKeys: String, CodingKey {
        case id, name, origin, state, isClosed, endsAt, endedAt, codeHash, createdAt, createdBy
        case settingsText = "settings"
    }

    enum Field {
        static let id = Column(CodingKeys.id)
        static let name = Column(CodingKeys.name)
        static let state = Column(CodingKeys.state)
    }

    /// Reads a row.
    public init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        id = try row.decodeIfPresent(Int64.self, forKey: .id)
        name = try row.decode(InstanceName.self, forKey: .name)
        origin = try row.decode(Origin.self, forKey: .origin)
        settingsText = try row.decodeIfPresent(String.self, forKey: .settingsText)
        state = try row.decode(State.self, forKey: .state)
        isClosed = try row.decode(Bool.self, forKey: .isClosed)
        endsAt = try row.decodeIfPresent(Date.self, forKey: .endsAt)
        endedAt = try row.decodeIfPresent(Date.self, forKey: .endedAt)
        codeHash = try row.decodeIfPresent(String.self, forKey: .codeHash)
        createdAt = try row.decode(Date.self, forKey: .createdAt)
        createdBy = try row.decodeIfPresent(String.self, forKey: .createdBy)
        let name = name.text
        settings = try settingsText.map { try InstanceSettings(name: name, json: $0) } ?? InstanceSettings(name: name)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// One user's place in one instance.
public struct InstanceMemberRecord: Codable, Sendable, Equatable {
    /// What somebody is in an instance.
    public enum Role: String, Codable, Sendable, CaseIterable {
        case member
        /// A teacher: sees the instance's page, invites people, sends messages, moves its end.
        case manager
    }

    /// Which instance.
    public var instanceId: Int64
    /// Who.
    public var userId: Int64
    /// What they are in it.
    public var role: Role
    /// Since when.
    public var joinedAt: Date

    /// Gives a user a place.
    public init(instanceId: Int64, userId: Int64, role: Role, joinedAt: Date) {
        self.instanceId = instanceId
        self.userId = userId
        self.role = role
        self.joinedAt = joinedAt
    }
}

extension InstanceMemberRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "instanceMember"

    enum Field {
        static let instanceId = Column(CodingKeys.instanceId)
        static let userId = Column(CodingKeys.userId)
        static let role = Column(CodingKeys.role)
    }
}

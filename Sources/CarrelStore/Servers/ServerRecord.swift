public import CarrelModel
public import Foundation
public import GRDB

/// A user's server: what is wanted of it, and what was last observed.
public struct ServerRecord: Codable, Sendable, Equatable, Identifiable {
    /// What the user (or an idle limit) asks for.
    public enum Wanted: String, Codable, Sendable {
        case running
        case stopped
    }

    /// Where the server is on its way.
    public enum Observed: String, Codable, Sendable {
        case stopped
        /// Waits for its turn to start.
        case queued
        case starting
        case ready
        case stopping
    }

    /// Why the last start failed or the server ended, in words for its user.
    public struct Failure: Codable, Sendable, Equatable {
        /// The error's stable name.
        public var code: String
        /// What happened.
        public var message: String
        /// What to do.
        public var remedy: String
        /// The server's own last lines.
        public var log: [String]
        /// When.
        public var at: Date

        /// Makes a failure.
        public init(code: String, message: String, remedy: String, log: [String], at: Date) {
            self.code = code
            self.message = message
            self.remedy = remedy
            self.log = log
            self.at = at
        }
    }

    /// Names the server inside the hub.
    public var id: Int64?
    /// Whose server.
    public var userId: Int64
    /// Its name; empty for the default server.
    public var name: ServerName
    /// The instance it belongs to; the default one has further servers of any other name.
    public var instanceId: Int64
    /// What is asked for.
    public var wanted: Wanted
    /// What was last seen.
    public var observed: Observed
    /// What the spawner needs to find the server again, as JSON.
    public var spawnState: String?
    /// Where the proxy sends its requests.
    public var target: String?
    /// When it was last asked to run; the order of the queue.
    public var requestedAt: Date?
    /// When its present run began.
    public var startedAt: Date?
    /// When it was last used.
    public var lastActivityAt: Date?
    /// Why it isn't running although it was asked to.
    public var failure: Failure?
    /// What was chosen at its last start.
    public var options: StartOptions?

    /// Makes a stopped server that is not in the database yet.
    public init(userId: Int64, name: ServerName, instanceId: Int64 = InstanceRecord.defaultID) {
        self.userId = userId
        self.name = name
        self.instanceId = instanceId
        wanted = .stopped
        observed = .stopped
    }
}

extension ServerRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "server"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let name = Column(CodingKeys.name)
        static let instanceId = Column(CodingKeys.instanceId)
        static let wanted = Column(CodingKeys.wanted)
        static let observed = Column(CodingKeys.observed)
        static let requestedAt = Column(CodingKeys.requestedAt)
    }

    /// Takes over the id that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// What a person chose at a start, where there was a choice.
public struct StartOptions: Codable, Sendable, Equatable {
    /// The environment's name; nil for the first.
    public var environment: String?
    /// The size's name; nil for the first.
    public var size: String?
    /// The launch link that the server comes from; nil for a start by name.
    public var launch: LaunchOrigin?

    /// Notes a choice.
    public init(environment: String? = nil, size: String? = nil, launch: LaunchOrigin? = nil) {
        self.environment = environment
        self.size = size
        self.launch = launch
    }
}

/// Where a server that was launched by a link comes from.
public struct LaunchOrigin: Codable, Sendable, Equatable {
    /// The id of the environment's ``BuildRecord``.
    public var build: String
    /// What the folder with the repository's files is called, a plain file name.
    public var folder: String
    /// What the server's programs find as `BINDER_…` variables (reference egi 6.4), by name.
    public var variables: [String: String]

    /// Notes an origin.
    public init(build: String, folder: String, variables: [String: String] = [:]) {
        self.build = build
        self.folder = folder
        self.variables = variables
    }
}

/// A server together with its user and its instance.
public struct OwnedServer: Sendable, Equatable {
    /// The server.
    public var server: ServerRecord
    /// Whose it is.
    public var owner: UserRecord
    /// The policy that holds for it.
    public var instance: InstanceRecord

    /// The names that address it.
    public var key: ServerKey { ServerKey(user: owner.name, server: server.name) }

    /// Joins the three.
    public init(server: ServerRecord, owner: UserRecord, instance: InstanceRecord) {
        self.server = server
        self.owner = owner
        self.instance = instance
    }
}

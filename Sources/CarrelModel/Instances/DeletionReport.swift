public import Foundation

/// What was deleted of an instance, and when; kept, signed, after everything else of it is gone.
public struct DeletionReport: Codable, Sendable, Equatable {
    /// Why an instance is deleted.
    public enum Cause: String, Codable, Sendable {
        /// It was over, and the time for downloads too.
        case end
        /// Somebody gave the command.
        case command
    }

    /// A home.
    public struct Home: Codable, Sendable, Equatable {
        /// Its folder's name.
        public var name: String
        /// How many bytes it held; nil when nobody could tell.
        public var bytes: Int64?
        /// How many restore points went with it.
        public var restorePoints: Int
        /// When it was gone; nil while it isn't.
        public var deletedAt: Date?

        /// Notes a home that is to go.
        public init(name: String, bytes: Int64?, restorePoints: Int) {
            self.name = name
            self.bytes = bytes
            self.restorePoints = restorePoints
        }
    }

    /// A group of the instance, and its project folder.
    public struct Group: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// How many bytes its folder held; nil when there was none, or nobody could tell.
        public var bytes: Int64?
        /// When the folder was gone; nil while it isn't.
        public var deletedAt: Date?

        /// Notes a group that is to go.
        public init(name: String, bytes: Int64?) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The form of this report.
    public var version = 1
    /// The instance's name.
    public var instance: String
    /// What it was called on pages.
    public var title: String
    /// How long things in it lasted.
    public var kind: InstanceKind
    /// Why.
    public var cause: Cause
    /// Who gave the command.
    public var by: String?
    /// When the instance was made.
    public var createdAt: Date
    /// When it was to end.
    public var endsAt: Date?
    /// When its end was noted.
    public var endedAt: Date?
    /// When the deletion began.
    public var startedAt: Date
    /// When everything was gone; nil while it isn't.
    public var finishedAt: Date?
    /// The homes.
    public var homes: [Home] = []
    /// The groups that belonged to it, with their project folders; nil in reports of earlier versions.
    public var groups: [Group]?
    /// When the hand-out folder was gone; nil when there was none.
    public var handOutDeletedAt: Date?
    /// How many files the logs of its servers were.
    public var logFiles = 0
    /// How many servers were forgotten.
    public var servers = 0
    /// Who belonged to it.
    public var members: [String] = []
    /// The accounts that existed for it only.
    public var accounts: [String] = []
    /// How many tokens, of its servers and of those accounts.
    public var tokens = 0
    /// How many sessions of those accounts.
    public var sessions = 0
    /// How many invitations.
    public var invitations = 0
    /// How many messages.
    public var messages = 0

    /// Begins a report.
    public init(
        instance: String,
        title: String,
        kind: InstanceKind,
        cause: Cause,
        by: String?,
        createdAt: Date,
        endsAt: Date?,
        endedAt: Date?,
        startedAt: Date,
    ) {
        self.instance = instance
        self.title = title
        self.kind = kind
        self.cause = cause
        self.by = by
        self.createdAt = createdAt
        self.endsAt = endsAt
        self.endedAt = endedAt
        self.startedAt = startedAt
    }

    /// The one text of this report, which is what is signed: JSON on one line, keys in order, times in UTC.
    public func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what ``text()`` wrote.
    ///
    /// - Throws: what is wrong with the text.
    public init(text: String) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(Self.self, from: Data(text.utf8))
    }
}

public import Foundation
public import GRDB

/// The environment of a repository at a commit: to be built, being built, there, or failed.
public struct BuildRecord: Codable, Sendable, Equatable, Identifiable {
    /// How far it is.
    public enum State: String, Codable, Sendable, CaseIterable {
        case waiting, building, built, failed
    }

    /// Names it and its folder: what is built from what, as 32 hexadecimal digits.
    public var id: String
    /// The kind of launch link: `gh`, `git`, `zenodo`, ….
    public var provider: String
    /// The repository's address; of a record, what the link said of it.
    public var repository: String
    /// The commit, 40 hexadecimal digits or more; of a record, its version.
    public var commit: String
    /// Where a person sees it in a browser.
    public var web: String
    /// How far it is.
    public var state: State
    /// How often building it was begun since somebody asked for it.
    public var attempts = 0
    /// The place among the builders that has it in hand.
    public var slot: Int?
    /// Who asked for it; nil when they are gone.
    public var userId: Int64?
    /// Why it isn't there, in words.
    public var failure: String?
    /// What it takes on the disk.
    public var bytes: Int64?
    /// When it was asked for.
    public var askedAt: Date
    /// When it was there, or given up.
    public var finishedAt: Date?
    /// When somebody last launched it.
    public var usedAt: Date

    /// Makes one that waits to be built.
    public init(
        id: String,
        provider: String,
        repository: String,
        commit: String,
        web: String,
        userId: Int64?,
        askedAt: Date,
    ) {
        self.id = id
        self.provider = provider
        self.repository = repository
        self.commit = commit
        self.web = web
        self.userId = userId
        self.askedAt = askedAt
        state = .waiting
        usedAt = askedAt
    }
}

extension BuildRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "build"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let state = Column(CodingKeys.state)
        static let userId = Column(CodingKeys.userId)
        static let askedAt = Column(CodingKeys.askedAt)
        static let usedAt = Column(CodingKeys.usedAt)
    }
}

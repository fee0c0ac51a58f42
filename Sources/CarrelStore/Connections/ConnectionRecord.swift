public import Foundation
public import GRDB

/// A user's link to a data source, for which they gave the hub something to sign in with.
public struct ConnectionRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// Whose it is.
    public var userId: Int64
    /// The name of the data source.
    public var source: String
    /// Whether the credential is kept until its owner removes it; otherwise it goes with their last server and session.
    public var remember: Bool
    /// When it was first given.
    public var createdAt: Date
    /// When it was last given.
    public var changedAt: Date
    /// What became of it when it was last used or tried, as a word; nil for nothing known, or not tried yet.
    public var lastState: String?
    /// Since when that is so.
    public var lastStateAt: Date?

    /// Makes one that isn't in the database yet.
    ///
    /// - Parameters:
    ///   - userId: whose.
    ///   - source: the name of the data source.
    ///   - remember: whether the credential outlasts the session.
    ///   - state: what came of trying it; nil when it couldn't be tried.
    ///   - date: now.
    public init(userId: Int64, source: String, remember: Bool, state: String?, at date: Date) {
        self.userId = userId
        self.source = source
        self.remember = remember
        createdAt = date
        changedAt = date
        lastState = state
        lastStateAt = state.map { _ in date }
    }

    /// What its credential is kept under.
    public var credentialSource: String { Self.credentialSource(of: source) }

    /// What the credential for a data source is kept under.
    public static func credentialSource(of source: String) -> String { credentialPrefix + source }

    /// What the sources of such credentials begin with.
    public static let credentialPrefix = "data:"
}

extension ConnectionRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "connection"

    /// Its columns.
    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let source = Column(CodingKeys.source)
        static let remember = Column(CodingKeys.remember)
        static let createdAt = Column(CodingKeys.createdAt)
        static let changedAt = Column(CodingKeys.changedAt)
        static let lastState = Column(CodingKeys.lastState)
        static let lastStateAt = Column(CodingKeys.lastStateAt)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

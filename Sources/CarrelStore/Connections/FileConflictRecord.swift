public import Foundation
public import GRDB

/// A file beside another: of both, two versions are kept.
public struct FileConflictRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it.
    public var id: Int64?
    /// Whose it is.
    public var userId: Int64
    /// The name of the data source that it is in.
    public var source: String
    /// Its path, with the source's folder.
    public var path: String
    /// When it was heard of.
    public var noticedAt: Date
    /// When its owner said that they have seen it; nil: not yet.
    public var seenAt: Date?

    /// Makes one that isn't in the database yet.
    public init(userId: Int64, source: String, path: String, noticedAt: Date) {
        self.userId = userId
        self.source = source
        self.path = path
        self.noticedAt = noticedAt
    }
}

extension FileConflictRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "fileConflict"

    /// Its columns.
    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let source = Column(CodingKeys.source)
        static let path = Column(CodingKeys.path)
        static let noticedAt = Column(CodingKeys.noticedAt)
        static let seenAt = Column(CodingKeys.seenAt)
    }
}

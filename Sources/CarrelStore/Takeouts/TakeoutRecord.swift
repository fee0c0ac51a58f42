public import Foundation
public import GRDB

/// An archive of a user's files that is made once and kept for a while.
public struct TakeoutRecord: Codable, Sendable, Equatable, Identifiable {
    /// How far it is.
    public enum State: String, Codable, Sendable, CaseIterable {
        case waiting, making, ready, failed
    }

    /// Names it, and its file; random, letters and digits only.
    public var id: String
    /// Whose it is.
    public var userId: Int64
    /// The home's instance.
    public var instance: String
    /// The home's name in it.
    public var slug: String
    /// The path in the home, in the text form of file names; empty for all of it.
    public var path: String
    /// The archive's format, as its file extension.
    public var format: String
    /// Whether caches are left out.
    public var leavesCachesOut: Bool
    /// The folder in the archive.
    public var folder: String
    /// What the file is called when it is downloaded.
    public var fileName: String
    /// How far it is.
    public var state: State
    /// How often making it was begun.
    public var attempts = 0
    /// Why it isn't there, in words for its user.
    public var failure: String?
    /// The archive's bytes.
    public var size: Int64?
    /// Files, folders and links in it.
    public var entries: Int64?
    /// Bytes of the files in it.
    public var bytes: Int64?
    /// When it was asked for.
    public var createdAt: Date
    /// When it was ready or given up.
    public var finishedAt: Date?
    /// When it is removed.
    public var expiresAt: Date?

    /// Makes one that waits to be made.
    public init(
        id: String,
        userId: Int64,
        instance: String,
        slug: String,
        path: String,
        format: String,
        leavesCachesOut: Bool,
        folder: String,
        fileName: String,
        createdAt: Date,
    ) {
        self.id = id
        self.userId = userId
        self.instance = instance
        self.slug = slug
        self.path = path
        self.format = format
        self.leavesCachesOut = leavesCachesOut
        self.folder = folder
        self.fileName = fileName
        state = .waiting
        self.createdAt = createdAt
    }
}

extension TakeoutRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "takeout"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let state = Column(CodingKeys.state)
        static let size = Column(CodingKeys.size)
        static let createdAt = Column(CodingKeys.createdAt)
        static let expiresAt = Column(CodingKeys.expiresAt)
    }
}

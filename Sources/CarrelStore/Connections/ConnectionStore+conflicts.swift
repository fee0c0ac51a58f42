public import Foundation
import GRDB

extension ConnectionStore {
    /// How many conflicts are kept of each data source of a user.
    static let mostConflicts = 100

    /// The paths of files of which two versions were kept, and whose owner hasn't seen that, by source; the latest first.
    public func conflicts(ofUser userID: Int64) async throws -> [String: [String]] {
        let records = try await database.read { database in
            try FileConflictRecord.filter(FileConflictRecord.Field.userId == userID)
                .filter(FileConflictRecord.Field.seenAt == nil)
                .order(FileConflictRecord.Field.id.desc).fetchAll(database)
        }
        return Dictionary(grouping: records, by: \.source).mapValues { $0.map(\.path) }
    }

    /// Notes files of which two versions were kept; those that are known stay as they are, and only so many of the latest are kept.
    ///
    /// - Parameters:
    ///   - paths: with the source's folder, the latest first.
    ///   - userID: whose.
    ///   - source: the name of the data source.
    ///   - date: now.
    /// - Throws: what the database says.
    public func note(conflicts paths: [String], ofUser userID: Int64, at source: String, now date: Date) async throws {
        let known = try await database.read { database in
            try Self.conflicts(userID, source).select(FileConflictRecord.Field.path, as: String.self).fetchSet(database)
        }
        // Told again and again; seldom anything is new.
        let new = paths.prefix(Self.mostConflicts).filter { !known.contains($0) }.reversed()
        guard !new.isEmpty else { return }
        try await database.write { database in
            for path in new {
                try FileConflictRecord(userId: userID, source: source, path: path, noticedAt: date)
                    .insert(database, onConflict: .ignore)
            }
            let surplus = try Self.conflicts(userID, source).order(FileConflictRecord.Field.id.desc)
                .limit(Int.max, offset: Self.mostConflicts)
                .select(FileConflictRecord.Field.id, as: Int64.self).fetchAll(database)
            try FileConflictRecord.deleteAll(database, keys: surplus)
        }
    }

    /// Notes that a user has seen which files two versions were kept of; whether there were any.
    @discardableResult
    public func conflictsSeen(ofUser userID: Int64, at source: String, now date: Date) async throws -> Bool {
        try await database.write { database in
            try Self.conflicts(userID, source).filter(FileConflictRecord.Field.seenAt == nil)
                .updateAll(database, FileConflictRecord.Field.seenAt.set(to: date)) > 0
        }
    }

    static func conflicts(_ userID: Int64, _ source: String) -> QueryInterfaceRequest<FileConflictRecord> {
        FileConflictRecord.filter(FileConflictRecord.Field.userId == userID)
            .filter(FileConflictRecord.Field.source == source)
    }
}

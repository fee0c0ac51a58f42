public import Foundation
public import GRDB

/// How often a key (an account, an address, or both) failed to sign in, and when last.
public struct SignInFailureRecord: Codable, Sendable, Equatable {
    /// What is counted.
    public var key: String
    /// How many failures.
    public var count: Int
    /// The newest one.
    public var lastAt: Date

    /// Makes a count.
    public init(key: String, count: Int, lastAt: Date) {
        self.key = key
        self.count = count
        self.lastAt = lastAt
    }
}

extension SignInFailureRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "signInFailure"
}

/// Reads and changes the counts of failed sign-ins, which outlive a restart of the hub.
public struct SignInFailureStore: Sendable {
    let database: any DatabaseWriter

    /// Looks at the counts of some keys and changes them, in one step that no other attempt can come between.
    ///
    /// - Parameters:
    ///   - keys: which counts.
    ///   - change: is given the counts that there are; returns what they become (a key that it leaves out is removed) and a
    ///     result for the caller.
    /// - Returns: that result.
    /// - Throws: what the database says.
    public func change<Result: Sendable>(
        _ keys: [String],
        _ change:
            @escaping @Sendable ([String: SignInFailureRecord]) -> (records: [SignInFailureRecord], result: Result),
    ) async throws -> Result {
        try await database.write { database in
            let found = try SignInFailureRecord.fetchAll(database, keys: keys)
            let (records, result) = change(Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0) }))
            for record in records { try record.save(database) }
            let kept = Set(records.map(\.key))
            try SignInFailureRecord.deleteAll(database, keys: keys.filter { !kept.contains($0) })
            return result
        }
    }

    /// Removes counts whose newest failure is older than this.
    public func forget(before time: Date) async throws {
        try await database.write { database in
            _ = try SignInFailureRecord.filter(Column("lastAt") < time).deleteAll(database)
        }
    }
}

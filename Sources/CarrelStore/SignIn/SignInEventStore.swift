public import Foundation
import GRDB

/// Reads and changes the history of sign-ins.
public struct SignInEventStore: Sendable {
    let database: any DatabaseWriter

    /// How many failed tries are kept of an account; a sign-in is never pushed out by them.
    public static let failuresKept = 200

    /// Notes what came of an attempt.
    ///
    /// Failed tries that follow each other from one address and browser become one that counts them. What follows a right
    /// password in the same browser takes the place of the note that a code was asked for. Of names that nobody has only the
    /// last try is kept: it is written all the same, so that the time it takes doesn't tell which names there are.
    public func add(_ event: SignInEventRecord) async throws {
        try await database.write { database in
            var event = event
            let mine = SignInEventRecord.filter(SignInEventRecord.Field.userId == event.userId)
            let last = try mine.order(SignInEventRecord.Field.id.desc).fetchOne(database)
            if let last, last.address == event.address, last.userAgent == event.userAgent {
                let isRepeated = last.outcome == event.outcome && event.outcome != .done && last.way == event.way
                if isRepeated { event.count = last.count + 1 }
                if isRepeated || (last.outcome == .codeAsked && event.outcome != .wrongPassword) {
                    try last.delete(database)
                }
            }
            try event.insert(database)
            let kept = event.userId == nil ? 1 : Self.failuresKept
            try database.execute(
                sql: """
                    DELETE FROM signInEvent WHERE userId IS :user AND outcome <> 'done' AND id NOT IN (
                        SELECT id FROM signInEvent WHERE userId IS :user AND outcome <> 'done'
                        ORDER BY id DESC LIMIT :kept
                    )
                    """,
                arguments: ["user": event.userId, "kept": kept],
            )
        }
    }

    /// The newest of an account's, the newest first.
    public func newest(_ limit: Int, ofUser userID: Int64, since: Date) async throws -> [SignInEventRecord] {
        try await database.read { database in
            try SignInEventRecord
                .filter(SignInEventRecord.Field.userId == userID)
                .filter(SignInEventRecord.Field.at >= since)
                .order(SignInEventRecord.Field.id.desc)
                .limit(limit)
                .fetchAll(database)
        }
    }

    /// Forgets what is older.
    public func forget(before time: Date) async throws {
        _ = try await database.write { database in
            try SignInEventRecord.filter(SignInEventRecord.Field.at < time).deleteAll(database)
        }
    }
}

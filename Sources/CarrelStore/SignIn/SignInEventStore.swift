public import Foundation
import GRDB

/// Reads and changes the history of sign-ins.
public struct SignInEventStore: Sendable {
    let database: any DatabaseWriter

    /// How many of each are kept of an account: of its sign-ins, of wrong passwords, and of tries that failed with a right one.
    ///
    /// Strangers can make wrong passwords only, and so push nothing else out.
    public static let kept = 200

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
            let like = SignInEventRecord.filter(SignInEventRecord.Field.userId == event.userId)
                .filter(event.outcome.kin.contains(SignInEventRecord.Field.outcome))
            let surplus = try like.order(SignInEventRecord.Field.id.desc)
                .limit(Int.max, offset: event.userId == nil ? 1 : Self.kept)
                .select(SignInEventRecord.Field.id, as: Int64.self)
                .fetchAll(database)
            try SignInEventRecord.deleteAll(database, keys: surplus)
        }
    }

    /// The newest of an account's, the newest first: so many sign-ins, and so many tries that failed.
    public func newest(_ limit: Int, ofUser userID: Int64, since: Date) async throws -> [SignInEventRecord] {
        try await database.read { database in
            let done = SignInEventRecord.Outcome.done.rawValue
            let mine =
                SignInEventRecord
                .filter(SignInEventRecord.Field.userId == userID)
                .filter(SignInEventRecord.Field.at >= since)
                .order(SignInEventRecord.Field.id.desc)
                .limit(limit)
            let both =
                try mine.filter(SignInEventRecord.Field.outcome == done).fetchAll(database)
                + mine.filter(SignInEventRecord.Field.outcome != done).fetchAll(database)
            return both.sorted { ($0.id ?? 0) > ($1.id ?? 0) }
        }
    }

    /// Forgets what is older.
    public func forget(before time: Date) async throws {
        _ = try await database.write { database in
            try SignInEventRecord.filter(SignInEventRecord.Field.at < time).deleteAll(database)
        }
    }
}

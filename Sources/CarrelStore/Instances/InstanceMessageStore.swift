public import Foundation
import GRDB

/// Reads and changes what is said to everybody in an instance.
public struct InstanceMessageStore: Sendable {
    /// The most characters of a message.
    public static let longestText = 2000

    let database: any DatabaseWriter

    /// Says something; spaces around it are left out.
    ///
    /// - Throws: ``StoreError/textMissing`` or ``StoreError/textTooLong(limit:)``.
    @discardableResult
    public func add(_ message: InstanceMessageRecord) async throws -> InstanceMessageRecord {
        var message = message
        message.text = message.text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !message.text.isEmpty else { throw StoreError.textMissing }
        guard message.text.unicodeScalars.count <= Self.longestText else {
            throw StoreError.textTooLong(limit: Self.longestText)
        }
        let checked = message
        return try await database.write { try checked.inserted($0) }
    }

    /// What is being said in an instance, the latest first.
    public func current(in instance: Int64, at now: Date) async throws -> [InstanceMessageRecord] {
        try await database.read { database in
            try InstanceMessageRecord
                .filter(InstanceMessageRecord.Field.instanceId == instance)
                .filter(InstanceMessageRecord.Field.endsAt == nil || InstanceMessageRecord.Field.endsAt > now)
                .order(InstanceMessageRecord.Field.createdAt.desc)
                .limit(20)
                .fetchAll(database)
        }
    }

    /// Takes a message back; one that is gone already stays so.
    public func withdraw(_ id: Int64, in instance: Int64) async throws {
        _ = try await database.write { database in
            try InstanceMessageRecord
                .filter(key: id)
                .filter(InstanceMessageRecord.Field.instanceId == instance)
                .deleteAll(database)
        }
    }
}

public import Foundation
import GRDB

extension AuditStore {
    /// Notes that somebody was refused: the first time as an event, and what follows within a minute as one that counts.
    ///
    /// Strangers can't fill the disk: of those events there are no more than ``strangersADay``, and what goes beyond is one
    /// event an hour.
    ///
    /// - Parameters:
    ///   - event: what was refused.
    ///   - key: what belongs together, such as a network and a name.
    /// - Throws: what the database says.
    public func addRefusal(_ event: AuditEvent, by key: String) async throws {
        try await database.write { database in
            let now = AuditRecord.milliseconds(event.at)
            try Self.settle(at: now, database)
            let record = try AuditRecord(event, subjectId: try Self.number(of: event.subject, database))
            var key = "\(record.action) \(record.reason ?? "") \(key)"
            if try AuditFold.count(key, database) { return }
            var noted = record
            var length = Self.minute
            if record.actorKind == .stranger {
                let strangers = Self.strangers(since: now - 24 * Self.hour)
                let hasRoom = try strangers.fetchCount(database) < Self.strangersADay
                let near = strangers.filter(AuditRecord.Field.address == record.address)
                let about = strangers.filter(AuditRecord.Field.subjectId == record.subjectId)
                if try !hasRoom && (record.subjectId == nil || about.fetchCount(database) >= Self.addressADay) {
                    (key, length) = ("everybody", Self.hour)
                    noted = record.ofEverybody
                } else if try near.fetchCount(database) >= Self.addressADay {
                    // Nobody uses up what others need.
                    (key, length) = ("from \(record.address)", Self.hour)
                    noted = record.ofAddress
                }
                if try AuditFold.count(key, database) { return }
            }
            try Self.append(noted, database)
            try AuditFold(key: key, until: now + length, count: 0, event: noted.text).insert(database)
        }
    }

    /// Notes what was counted, and whose time is over.
    public func settle(at time: Date) async throws {
        try await database.write { try Self.settle(at: AuditRecord.milliseconds(time), $0) }
    }

    static func settle(at now: Int64, _ database: Database) throws {
        // A clock that was set back doesn't keep anything from being noted.
        let over = AuditFold.filter(
            sql: "until <= :now OR until > :now + :hour",
            arguments: ["now": now, "hour": hour],
        )
        for fold in try over.order(sql: "until").fetchAll(database) {
            if fold.count > 0, var record = AuditRecord(text: fold.event) {
                (record.at, record.count) = (now, fold.count)
                try append(record, database)
            }
            try fold.delete(database)
        }
    }

    /// What strangers were refused.
    private static func strangers(since time: Int64) -> QueryInterfaceRequest<AuditRecord> {
        AuditRecord
            .filter(AuditRecord.Field.actorKind == AuditSource.Kind.stranger.rawValue)
            .filter(AuditRecord.Field.at > time)
            .filter(AuditRecord.Field.outcome == AuditRecord.Outcome.refused.rawValue)
    }
}

/// Refusals that belong together and are counted for a while.
struct AuditFold: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "auditFold"

    let key: String
    /// In milliseconds since 1970.
    let until: Int64
    var count: Int
    /// The row that is added at the end, as JSON.
    let event: String

    /// Counts one more; whether there was anything to count with.
    static func count(_ key: String, _ database: Database) throws -> Bool {
        guard var fold = try AuditFold.fetchOne(database, key: key) else { return false }
        fold.count += 1
        try fold.update(database)
        return true
    }
}

extension AuditRecord {
    /// Refusals of whomever, from one address.
    fileprivate var ofAddress: AuditRecord {
        var record = self
        (record.targetName, record.subjectName, record.subjectId) = ("", nil, nil)
        (record.userAgent, record.reason) = ("", "flood")
        return record
    }

    /// Refusals of whomever, from wherever.
    fileprivate var ofEverybody: AuditRecord {
        var record = self
        (record.targetName, record.subjectName, record.subjectId) = ("", nil, nil)
        (record.address, record.userAgent, record.reason) = ("", "", "flood")
        return record
    }

    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    fileprivate init?(text: String) {
        guard let record = try? JSONDecoder().decode(AuditRecord.self, from: Data(text.utf8)) else { return nil }
        self = record
    }
}

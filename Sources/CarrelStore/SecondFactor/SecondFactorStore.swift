import Foundation
import GRDB

/// Reads and changes the second factors of accounts.
public struct SecondFactorStore: Sendable {
    let database: AuditedDatabase

    /// A user's second factor; nil when it is off.
    public func find(ofUser userID: Int64) async throws -> SecondFactorRecord? {
        try await database.read { try SecondFactorRecord.fetchOne($0, key: userID) }
    }

    /// How many recovery codes a user has left.
    public func codesLeft(ofUser userID: Int64) async throws -> Int {
        try await database.read { try Self.codes(userID).fetchCount($0) }
    }

    /// Turns a second factor on, with its secret and its recovery codes; sessions that began without it end.
    ///
    /// - Parameters:
    ///   - record: whose, and the step of the code that proved the app.
    ///   - secret: the secret, as the vault encrypted it.
    ///   - codes: hashes of the recovery codes.
    ///   - session: the session that goes on, in which it is turned on.
    /// - Returns: false when it is on already, and nothing was changed.
    /// - Throws: what the database says.
    public func turnOn(
        _ record: SecondFactorRecord,
        secret: CredentialRecord,
        codes: [String],
        keeping session: Int64,
    ) async throws -> Bool {
        try await database.write { database in
            guard try SecondFactorRecord.fetchOne(database, key: record.userId) == nil else { return false }
            try record.insert(database)
            try Self.secret(of: record.userId).deleteAll(database)
            var secret = secret
            try secret.insert(database)
            try Self.insert(codes, of: record.userId, database)
            try SessionRecord
                .filter(SessionRecord.Field.userId == record.userId)
                .filter(SessionRecord.Field.identityId == nil)
                .filter(SessionRecord.Field.id != session)
                .deleteAll(database)
            return true
        }
    }

    /// Turns a second factor off; its secret and its codes go.
    ///
    /// - Returns: whether it was on.
    /// - Throws: what the database says.
    public func turnOff(ofUser userID: Int64) async throws -> Bool {
        try await database.write { database in
            try Self.secret(of: userID).deleteAll(database)
            return try SecondFactorRecord.deleteOne(database, key: userID)
        }
    }

    /// Accepts a code once, in one step that no other attempt can come between.
    ///
    /// - Parameters:
    ///   - userID: whose.
    ///   - match: is given the step of the last code; returns that of this one, nil for a wrong one.
    /// - Returns: whether it was accepted.
    /// - Throws: what the database says.
    public func accept(
        ofUser userID: Int64,
        _ match: @escaping @Sendable (Int64) -> Int64?,
    ) async throws -> Bool {
        try await database.write { database in
            guard var record = try SecondFactorRecord.fetchOne(database, key: userID),
                let step = match(record.lastStep)
            else { return false }
            record.lastStep = step
            try record.update(database)
            return true
        }
    }

    /// Takes a recovery code away that is used, in one step that no other attempt can come between.
    ///
    /// - Parameters:
    ///   - userID: whose.
    ///   - find: is given the hashes of those that are left; returns the place of the one that is used.
    /// - Returns: whether there was one.
    /// - Throws: what the database says.
    public func spend(
        ofUser userID: Int64,
        _ find: @escaping @Sendable ([String]) -> Int?,
    ) async throws -> Bool {
        try await database.write { database in
            let left = try Self.codes(userID).fetchAll(database)
            guard let index = find(left.map(\.secretHash)) else { return false }
            return try left[index].delete(database)
        }
    }

    /// Puts new recovery codes in the place of all that a user has, if their second factor is on.
    public func replaceCodes(ofUser userID: Int64, with codes: [String]) async throws {
        try await database.write { database in
            guard try SecondFactorRecord.fetchOne(database, key: userID) != nil else { return }
            try Self.codes(userID).deleteAll(database)
            try Self.insert(codes, of: userID, database)
        }
    }

    private static func insert(_ codes: [String], of userID: Int64, _ database: Database) throws {
        for code in codes { try RecoveryCodeRecord(userId: userID, secretHash: code).insert(database) }
    }

    private static func codes(_ userID: Int64) -> QueryInterfaceRequest<RecoveryCodeRecord> {
        RecoveryCodeRecord.filter(RecoveryCodeRecord.Field.userId == userID)
            .order(RecoveryCodeRecord.Field.secretHash)
    }

    private static func secret(of userID: Int64) -> QueryInterfaceRequest<CredentialRecord> {
        CredentialRecord.filter(CredentialRecord.Field.userId == userID)
            .filter(CredentialRecord.Field.source == SecondFactorRecord.source)
    }
}

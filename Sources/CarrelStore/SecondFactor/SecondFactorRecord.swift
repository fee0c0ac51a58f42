public import Foundation
public import GRDB

/// That an account asks for a code of an authenticator app after its password; the secret is a credential in the vault.
public struct SecondFactorRecord: Codable, Sendable, Equatable {
    /// Whose.
    public var userId: Int64
    /// Since when.
    public var createdAt: Date
    /// The step of the last code that was accepted: no code counts twice (RFC 6238 §5.2).
    public var lastStep: Int64

    /// What the secret is kept under in the vault.
    public static let source = "second-factor"

    /// Makes one that isn't in the database yet.
    public init(userId: Int64, createdAt: Date, lastStep: Int64) {
        self.userId = userId
        self.createdAt = createdAt
        self.lastStep = lastStep
    }
}

extension SecondFactorRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "secondFactor"
}

/// A recovery code that wasn't used yet.
struct RecoveryCodeRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "recoveryCode"

    let userId: Int64
    /// SHA-256 of the code.
    let secretHash: String

    enum Field {
        static let userId = Column(CodingKeys.userId)
        static let secretHash = Column(CodingKeys.secretHash)
    }
}

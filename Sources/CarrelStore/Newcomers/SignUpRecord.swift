public import CarrelModel
public import Foundation
public import GRDB

/// Somebody who asked for an account and waits for an admin's answer; no user yet.
public struct SignUpRecord: Codable, Sendable, Equatable, Identifiable {
    /// Names it; never given to another one.
    public var id: Int64?
    /// The name they asked for.
    public var name: UserName
    /// The name with look-alike letters folded; no two people wait with the same.
    public var skeleton: String
    /// The scrypt hash of the password that they chose, in its text form.
    public var passwordHash: String
    /// Where they can be reached, if they said it.
    public var email: String?
    /// Where they asked from.
    public var address: String
    /// When they asked.
    public var createdAt: Date
    /// Until when they wait.
    public var expiresAt: Date

    /// Makes one that isn't in the database yet.
    public init(
        name: UserName,
        passwordHash: String,
        email: EmailAddress?,
        address: String,
        createdAt: Date,
        expiresAt: Date,
    ) {
        self.name = name
        skeleton = name.skeleton
        self.passwordHash = passwordHash
        self.email = email?.text
        self.address = address
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// The account that they get.
    ///
    /// - Parameter now: when it is made.
    /// - Returns: one that isn't in the database yet, with the password that they chose.
    public func user(at now: Date) -> UserRecord {
        var user = UserRecord(
            name: name,
            passwordHash: passwordHash,
            mustChangePassword: false,
            isAdmin: false,
            createdAt: now,
        )
        user.email = email
        return user
    }
}

extension SignUpRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "signUp"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let name = Column(CodingKeys.name)
        static let skeleton = Column(CodingKeys.skeleton)
        static let expiresAt = Column(CodingKeys.expiresAt)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

/// That somebody in a network signed up, for the limit of a day.
struct SignUpCountRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "signUpCount"

    /// A hash that stands for the network.
    let network: String
    let at: Date

    enum Field {
        static let network = Column(CodingKeys.network)
        static let at = Column(CodingKeys.at)
    }
}

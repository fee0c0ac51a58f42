import CarrelModel
public import Foundation
public import GRDB

/// A sign-in to an account, or some tries of one kind that failed one after the other.
public struct SignInEventRecord: Codable, Sendable, Equatable, Identifiable {
    /// What came of it.
    public enum Outcome: String, Codable, Sendable, CaseIterable {
        /// A session began.
        case done
        /// The password was right, and nobody has typed a code since.
        case codeAsked
        /// The password was wrong.
        case wrongPassword
        /// The password was right and the code wrong.
        case wrongCode
        /// Password or provider were right, and the account is switched off.
        case disabled

        /// Those that are counted with it when there are too many.
        var kin: [String] {
            let kin: [Outcome] =
                switch self {
                case .done: [.done]
                case .wrongPassword: [.wrongPassword]
                case .codeAsked, .wrongCode, .disabled: [.codeAsked, .wrongCode, .disabled]
                }
            return kin.map(\.rawValue)
        }
    }

    /// How somebody proved who they are, or meant to.
    public enum Way: Sendable, Equatable {
        /// With a password alone.
        case password
        /// With a password and a code of an authenticator app.
        case code
        /// With a password and a recovery code.
        case recoveryCode
        /// With a provider of this name.
        case provider(String)
        /// By making the account.
        case newAccount
    }

    /// Names it; later ones have higher numbers.
    public var id: Int64?
    /// Whose account; nil for a name that nobody has.
    public var userId: Int64?
    /// When, and the last time of several.
    public var at: Date
    /// From where.
    public var address: String
    /// What the browser called itself, cut to 500 bytes.
    public var userAgent: String
    /// By what way.
    public var way: Way
    /// What came of it.
    public var outcome: Outcome
    /// How many tries it stands for.
    public var count = 1

    /// Makes one that isn't in the database yet.
    public init(userId: Int64?, at: Date, address: String, userAgent: String, way: Way, outcome: Outcome) {
        self.userId = userId
        self.at = at
        self.address = address
        self.userAgent = userAgent.cut(toBytes: 500)
        self.way = way
        self.outcome = outcome
    }
}

extension SignInEventRecord.Way: Codable {
    private static let providerPrefix = "provider:"

    /// The word that is stored.
    public var text: String {
        switch self {
        case .password: "password"
        case .code: "code"
        case .recoveryCode: "recoveryCode"
        case .newAccount: "newAccount"
        case .provider(let name): Self.providerPrefix + name
        }
    }

    /// Reads a stored word.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        switch text {
        case "password": self = .password
        case "code": self = .code
        case "recoveryCode": self = .recoveryCode
        case "newAccount": self = .newAccount
        default:
            guard text.hasPrefix(Self.providerPrefix) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no way to sign in")
            }
            self = .provider(String(text.dropFirst(Self.providerPrefix.count)))
        }
    }

    /// Writes ``text``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension SignInEventRecord: FetchableRecord, MutablePersistableRecord {
    /// The table.
    public static let databaseTableName = "signInEvent"

    enum Field {
        static let id = Column(CodingKeys.id)
        static let userId = Column(CodingKeys.userId)
        static let at = Column(CodingKeys.at)
        static let outcome = Column(CodingKeys.outcome)
    }

    /// Takes over the number it was given.
    public mutating func didInsert(_ inserted: InsertionSuccess) {
        id = inserted.rowID
    }
}

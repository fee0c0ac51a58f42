import GRDB

/// What a session stands on: what somebody proved, which still has to hold at the moment when the session begins.
public enum SessionGround: Sendable, Equatable {
    /// A password, by the hash it was compared with; and whether a code of the second factor was right too.
    case password(hash: String, withCode: Bool)
    /// An identity, by its number; and what its provider calls its own session.
    case identity(Int64, providerSession: String?)
    /// The account itself, made a moment ago by whom the session is for.
    case newAccount

    /// Whether it holds for a user.
    func holds(for user: UserRecord, _ database: Database) throws -> Bool {
        guard !user.isDisabled, let id = user.id else { return false }
        switch self {
        case .password(let hash, let withCode):
            guard user.passwordHash == hash else { return false }
            return try withCode || SecondFactorRecord.fetchOne(database, key: id) == nil
        case .identity(let number, _):
            guard let identity = try IdentityRecord.fetchOne(database, key: number) else { return false }
            return identity.userId == id && identity.lapsedAt == nil
        case .newAccount: return true
        }
    }
}

import CarrelModel
public import Foundation
import GRDB

/// Adds and finds visitors: throw-away accounts without a password, each for one instance.
public struct VisitorStore: Sendable {
    let database: any DatabaseWriter

    /// How many visitors there may be.
    public struct Limits: Sendable, Equatable {
        /// In all.
        public var inAll: Int
        /// From one network.
        public var near: Int

        /// Makes limits.
        public init(inAll: Int, near: Int) {
            self.inAll = inAll
            self.near = near
        }
    }

    /// What came of a visitor who wants in.
    public enum Outcome: Sendable, Equatable {
        /// They have an account and a session.
        case added(UserRecord)
        /// There are as many from their network as may be.
        case tooManyNear
        /// There are as many as may be.
        case tooMany
    }

    /// Adds a visitor with a session, as far as the limits allow; of two who come at once to the last place, one gets it.
    ///
    /// Their number is a negative one that no visitor has at the moment, so that visitors, who come and go, don't use up
    /// the numbers under which servers run.
    ///
    /// - Parameters:
    ///   - user: a visitor.
    ///   - session: theirs; its user is set.
    ///   - limits: how many there may be.
    ///   - isNear: whether the address of another session is in the visitor's network.
    /// - Returns: what came of it.
    /// - Throws: ``StoreError/userExists(_:)`` or ``StoreError/userLooksLike(_:other:)``: another name is needed.
    public func add(
        _ user: UserRecord,
        session: SessionRecord,
        limits: Limits,
        isNear: @escaping @Sendable (String) -> Bool,
    ) async throws -> Outcome {
        try await database.write { database in
            let ids = try Int64.fetchSet(database, sql: "SELECT id FROM user WHERE isVisitor")
            guard ids.count < limits.inAll else { return .tooMany }
            let sql = """
                SELECT DISTINCT user.id, session.address FROM user JOIN session ON session.userId = user.id
                WHERE user.isVisitor
                """
            let near = try Row.fetchAll(database, sql: sql).filter { isNear($0["address"]) }
            guard Set(near.map { $0["id"] as Int64 }).count < limits.near else { return .tooManyNear }
            let twin = try UserRecord.filter(UserRecord.Field.skeleton == user.skeleton).fetchOne(database)
            if let twin {
                throw twin.name == user.name
                    ? StoreError.userExists(user.name.text)
                    : StoreError.userLooksLike(user.name.text, other: twin.name.text)
            }
            var user = user
            user.isVisitor = true
            user.id = (1...Int64(ids.count) + 1).lazy.map { -$0 }.first { !ids.contains($0) }
            let added = try user.inserted(database)
            var session = session
            session.userId = added.id ?? 0
            try session.insert(database)
            return .added(added)
        }
    }

    /// All visitors with what decides whether they are still here.
    ///
    /// - Parameter now: sessions that end before don't count.
    /// - Returns: each with their sessions and servers.
    /// - Throws: what the database says.
    public func all(now: Date) async throws -> [VisitorPresence] {
        try await database.read { database in
            try UserRecord.filter(UserRecord.Field.isVisitor == true).fetchAll(database).map { user in
                let sessions =
                    try SessionRecord
                    .filter(SessionRecord.Field.userId == user.id)
                    .filter(SessionRecord.Field.expiresAt > now)
                    .fetchAll(database)
                let servers = try ServerRecord.filter(ServerRecord.Field.userId == user.id).fetchAll(database)
                return VisitorPresence(
                    user: user,
                    lastSeenAt: sessions.map(\.lastSeenAt).max(),
                    servers: servers.filter { $0.wanted == .running || $0.observed != .stopped },
                )
            }
        }
    }

    /// What is known of one visitor; nil when there is none of this number.
    public func presence(of id: Int64, now: Date) async throws -> VisitorPresence? {
        try await all(now: now).first { $0.user.id == id }
    }
}

/// A visitor, and whether they are still here.
public struct VisitorPresence: Sendable, Equatable {
    /// The account.
    public var user: UserRecord
    /// When a browser of theirs was last seen that is still signed in; nil when none is.
    public var lastSeenAt: Date?
    /// Their servers that aren't at rest.
    public var servers: [ServerRecord]

    /// Joins the three.
    public init(user: UserRecord, lastSeenAt: Date?, servers: [ServerRecord]) {
        self.user = user
        self.lastSeenAt = lastSeenAt
        self.servers = servers
    }
}

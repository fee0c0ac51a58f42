public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes what users ask admins for.
public struct RequestStore: Sendable {
    /// The most characters (Unicode scalars) of a request or an answer.
    public static let longestText = 2000
    /// How many open requests a user may have.
    public static let mostOpen = 10
    /// How many requests a list shows at most.
    static let longestList = 200

    let database: AuditedDatabase

    // MARK: Asking

    /// Adds a request; spaces around its text are left out.
    ///
    /// - Returns: it, with its id.
    /// - Throws: ``StoreError/textMissing`` (but for room, where the size says enough), ``StoreError/textTooLong(limit:)``,
    ///   or ``StoreError/tooManyRequests(limit:)``.
    public func add(_ request: RequestRecord) async throws -> RequestRecord {
        var request = request
        request.text = try Self.trimmed(request.text)
        guard !request.text.isEmpty || (request.kind == .storage && request.wantedBytes != nil) else {
            throw StoreError.textMissing
        }
        let checked = request
        return try await database.write { database in
            let open =
                try RequestRecord
                .filter(RequestRecord.Field.userId == checked.userId)
                .filter(RequestRecord.Field.state == RequestRecord.State.open.rawValue)
                .fetchCount(database)
            guard open < Self.mostOpen else { throw StoreError.tooManyRequests(limit: Self.mostOpen) }
            return try checked.inserted(database)
        }
    }

    /// Takes a request back.
    ///
    /// - Throws: ``StoreError/noSuchRequest(_:)``, also for somebody else's, or ``StoreError/requestClosed(_:)``.
    @discardableResult
    public func withdraw(_ id: Int64, ofUser userID: Int64, at time: Date) async throws -> RequestRecord {
        try await database.write { database in
            guard var request = try RequestRecord.fetchOne(database, key: id), request.userId == userID else {
                throw StoreError.noSuchRequest(id)
            }
            guard request.state == .open else { throw StoreError.requestClosed(id) }
            request.state = .withdrawn
            request.answeredAt = time
            request.seenAt = time
            try request.update(database)
            return request
        }
    }

    // MARK: Answering

    /// Answers a request; what is granted, room or a place in a group, is given in the same step.
    ///
    /// - Parameters:
    ///   - id: which request.
    ///   - state: granted or declined.
    ///   - answer: what the admin says; may be empty.
    ///   - admin: who answers.
    ///   - quota: of a granted request for room: how much the home may hold from now on.
    ///   - group: of a granted request for a group: which one the user joins; nil when an admin sees to it otherwise.
    ///   - time: the present.
    /// - Returns: the request and its user as they are now.
    /// - Throws: ``StoreError/noSuchRequest(_:)``, ``StoreError/requestClosed(_:)``,
    ///   ``StoreError/textTooLong(limit:)`` or ``StoreError/noSuchGroup(_:)``; then nothing has happened.
    @discardableResult
    public func answer(
        _ id: Int64,
        with state: RequestRecord.State,
        answer: String,
        by admin: UserName,
        quota: ByteCount? = nil,
        group: GroupName? = nil,
        at time: Date,
    ) async throws -> OwnedRequest {
        let answer = try Self.trimmed(answer)
        return try await database.write { database in
            guard var request = try RequestRecord.fetchOne(database, key: id),
                var owner = try UserRecord.fetchOne(database, key: request.userId)
            else { throw StoreError.noSuchRequest(id) }
            guard request.state == .open else { throw StoreError.requestClosed(id) }
            request.state = state
            request.answer = answer.isEmpty ? nil : answer
            request.answeredAt = time
            request.answeredBy = admin.text
            try request.update(database)
            if state == .granted, request.kind == .storage, let quota {
                owner.homeQuota = quota.bytes
                try owner.update(database)
            }
            if state == .granted, request.kind == .group, let group {
                try GroupStore.join([owner.name], try GroupStore.existing(group, database), database)
            }
            return OwnedRequest(request: request, owner: owner)
        }
    }

    /// Notes that a user has seen all answers.
    public func seen(ofUser userID: Int64, at time: Date) async throws {
        _ = try await database.write { database in
            try Self.unseen(ofUser: userID).updateAll(database, RequestRecord.Field.seenAt.set(to: time))
        }
    }

    private static func trimmed(_ text: String) throws -> String {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.unicodeScalars.count <= longestText else { throw StoreError.textTooLong(limit: longestText) }
        return text
    }
}

extension RequestStore {
    /// A user's requests, the newest first.
    public func all(ofUser userID: Int64) async throws -> [RequestRecord] {
        try await database.read { database in
            try RequestRecord
                .filter(RequestRecord.Field.userId == userID)
                .order(RequestRecord.Field.id.desc)
                .limit(Self.longestList)
                .fetchAll(database)
        }
    }

    /// The answers that a user has not seen yet, the newest first.
    public func unseenAnswers(ofUser userID: Int64) async throws -> [RequestRecord] {
        try await database.read { database in
            try Self.unseen(ofUser: userID).order(RequestRecord.Field.id.desc).fetchAll(database)
        }
    }

    /// Everybody's requests of a state, the oldest first; of any state the newest first.
    public func all(_ state: RequestRecord.State?) async throws -> [OwnedRequest] {
        try await database.read { database in
            let requests = try Self.selection(state).limit(Self.longestList).fetchAll(database)
            let owners = try UserRecord.fetchAll(database, keys: Set(requests.map(\.userId)))
            let byID = Dictionary(owners.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            return requests.compactMap { request in
                byID[request.userId].map { OwnedRequest(request: request, owner: $0) }
            }
        }
    }

    /// The request with this id, if it still exists.
    public func withID(_ id: Int64) async throws -> OwnedRequest? {
        try await database.read { database in
            guard let request = try RequestRecord.fetchOne(database, key: id),
                let owner = try UserRecord.fetchOne(database, key: request.userId)
            else { return nil }
            return OwnedRequest(request: request, owner: owner)
        }
    }

    private static func selection(_ state: RequestRecord.State?) -> QueryInterfaceRequest<RequestRecord> {
        guard let state else { return RequestRecord.order(RequestRecord.Field.id.desc) }
        return RequestRecord.filter(RequestRecord.Field.state == state.rawValue).order(RequestRecord.Field.id)
    }

    private static func unseen(ofUser userID: Int64) -> QueryInterfaceRequest<RequestRecord> {
        RequestRecord
            .filter(RequestRecord.Field.userId == userID)
            .filter(RequestRecord.Field.answeredAt != nil)
            .filter(RequestRecord.Field.seenAt == nil)
    }
}

import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// Lets people in with a name and a password.
///
/// An unknown name, a wrong password and a name that can't be one get the same answer in the same time.
struct SignInDesk: Sendable {
    /// What came of an attempt.
    enum Outcome: Sendable {
        /// The session's secret, for the browser's cookie, and the mark by which this browser is known again.
        case welcome(UserRecord, session: Secret, browserMark: String)
        /// The password is right, and a code is asked for next; the mark is for the browser's cookie.
        case code(PasswordMark)
        case refused
        case disabled
        case wait(Duration)
    }

    /// One attempt, as the form sent it.
    struct Attempt: Sendable {
        let name: String
        let password: String
        let client: ClientConnection
        let userAgent: String
        /// The mark of a browser that signed in before.
        let browserMark: String?
        /// Where somebody proved who they are; nil for a password of the hub.
        var origin: Origin?
    }

    /// Where a session began that didn't begin with a password of the hub.
    struct Origin: Sendable {
        let identity: Int64
        /// What the provider calls its own session.
        let providerSession: String?
    }

    let store: Store
    let verifier: PasswordVerifier
    let key: HubKey
    let throttle: @Sendable () -> SignInThrottle
    let sessionLifetime: @Sendable () -> Duration
    let now: @Sendable () -> Date

    func attempt(_ attempt: Attempt) async throws -> Outcome {
        let name = try? UserName(normalizing: attempt.name)
        let account = name?.text ?? attempt.name
        let keys = ThrottleKey.keys(
            account: account,
            address: RequestAddress(attempt.client.address),
            browser: KnownBrowser.id(in: attempt.browserMark, for: account, key: key),
        )
        if case .wait(let seconds) = try await countAhead(keys) {
            try await audit.noteRefusal(.sessionRefused, .noAccount, "throttled", from: attempt.client)
            return .wait(.seconds(seconds))
        }

        var user: UserRecord?
        if let name { user = try await store.users.named(name) }
        let hash = try await storedHash(of: user, keys)
        guard try await verifier.verify(attempt.password, against: hash), var user, let id = user.id else {
            try await note(.wrongPassword, of: user?.id, attempt)
            return .refused
        }
        try await takeBack(keys)
        guard !user.isDisabled else {
            try await note(.disabled, of: id, attempt)
            return .disabled
        }
        if let hash, verifier.needsRehash(hash) { user = try await rehash(attempt.password, of: user) }
        if let stored = user.passwordHash, try await store.secondFactors.find(ofUser: id) != nil {
            try await note(.codeAsked, of: id, attempt)
            return .code(PasswordMark(user: id, passwordHash: stored, now: now()))
        }
        return try await welcome(user, id: id, attempt, by: .password)
    }

    /// What the people whose accounts they are see of sign-ins.
    var history: SignInHistory { SignInHistory(store: store, now: now) }

    /// What is noted of them for admins.
    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    private func note(_ outcome: SignInEventRecord.Outcome, of user: Int64?, _ attempt: Attempt) async throws {
        try await history.note(outcome, .password, of: user, attempt.client, userAgent: attempt.userAgent)
    }

    /// Whether somebody who is signed in knows their present password; counted and slowed down like a sign-in.
    ///
    /// - Throws: ``HubError/tooManyAttempts(wait:)``, or ``AccountError/wrongPassword``.
    func confirm(_ password: String, of user: UserRecord, from client: ClientConnection) async throws {
        let keys = ThrottleKey.keys(account: user.name.text, address: RequestAddress(client.address))
        if case .wait(let seconds) = try await countAhead(keys) {
            throw HubError.tooManyAttempts(wait: .seconds(seconds))
        }
        let hash = try await storedHash(of: user, keys)
        guard try await verifier.verify(password, against: hash) else {
            try await audit.noteRefusal(.passwordConfirmed, .account(user.name), "wrongPassword", from: client)
            throw AccountError.wrongPassword
        }
        try await takeBack(keys)
    }

    /// The hash to compare with; nobody is slowed down because it can't be read.
    private func storedHash(of user: UserRecord?, _ keys: [ThrottleKey]) async throws -> PasswordHash? {
        do {
            return try user?.storedHash
        } catch {
            try await takeBack(keys)
            throw error
        }
    }

    /// Begins a session of somebody who has just proved in another way who they are.
    func begin(
        _ user: UserRecord,
        _ client: ClientConnection,
        userAgent: String,
        by way: SignInEventRecord.Way,
        origin: Origin? = nil,
    ) async throws -> (session: Secret, browserMark: String) {
        let attempt = Attempt(
            name: user.name.text,
            password: "",
            client: client,
            userAgent: userAgent,
            browserMark: nil,
            origin: origin,
        )
        guard let id = user.id,
            case .welcome(_, let session, let mark) = try await welcome(user, id: id, attempt, by: way)
        else {
            throw HubError.unexpected
        }
        return (session, mark)
    }

    private func welcome(
        _ user: UserRecord,
        id: Int64,
        _ attempt: Attempt,
        by way: SignInEventRecord.Way,
    ) async throws -> Outcome {
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.session, using: &random)
        var record = SessionRecord(
            userId: id,
            secretHash: secret.hash.hex,
            address: attempt.client.address,
            userAgent: attempt.userAgent,
            createdAt: now(),
            expiresAt: now().addingTimeInterval(sessionLifetime().seconds),
        )
        record.identityId = attempt.origin?.identity
        record.providerSession = attempt.origin?.providerSession
        let account = AuditEvent.Target.account(user.name)
        let noted = audit.noting(.sessionBegan, account, by: user, details: ["way": way.text])
        _ = try await noted.sessions.add(record)
        try await store.users.recordActivity(of: id, at: now())
        try await history.note(.done, way, of: id, attempt.client, userAgent: attempt.userAgent)
        let mark = KnownBrowser.mark(for: user.name.text, key: key, using: &random)
        return .welcome(user, session: secret, browserMark: mark)
    }

    /// Stores the password anew at today's cost, unless there is another one meanwhile; the sessions stay.
    private func rehash(_ typed: String, of user: UserRecord) async throws -> UserRecord {
        var random = SystemRandomNumberGenerator()
        let hash = try await verifier.hash(Password(typed), using: &random)
        return try await store.users.change(user.name) { present in
            guard present.passwordHash == user.passwordHash else { return }
            present.passwordHash = hash.text
        }
    }

    // MARK: Counting

    /// Counts an attempt as failed before its password is looked at, unless it has to wait.
    func countAhead(_ keys: [ThrottleKey]) async throws -> SignInThrottle.Decision {
        let throttle = throttle()
        let now = now()
        return try await store.signInFailures.change(keys.map(\.text)) { found in
            let records = Self.records(found, keys)
            let decision = throttle.decide(records, at: now)
            guard decision == .allow else { return (Array(found.values), decision) }
            let counted = keys.map { key in
                Self.stored(throttle.record(failure: records[key], for: key, at: now), key)
            }
            return (counted, decision)
        }
    }

    func takeBack(_ keys: [ThrottleKey]) async throws {
        let throttle = throttle()
        try await store.signInFailures.change(keys.map(\.text)) { found in
            let records = Self.records(found, keys)
            let left = keys.compactMap { key in
                throttle.record(success: records[key], for: key).map { Self.stored($0, key) }
            }
            return (left, ())
        }
    }

    private static func records(
        _ found: [String: SignInFailureRecord],
        _ keys: [ThrottleKey],
    ) -> [ThrottleKey: SignInThrottle.Record] {
        var records: [ThrottleKey: SignInThrottle.Record] = [:]
        for key in keys {
            records[key] = found[key.text].map { SignInThrottle.Record(failures: $0.count, lastFailure: $0.lastAt) }
        }
        return records
    }

    private static func stored(_ record: SignInThrottle.Record, _ key: ThrottleKey) -> SignInFailureRecord {
        SignInFailureRecord(key: key.text, count: record.failures, lastAt: record.lastFailure)
    }
}

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
        /// The password is right, of somebody who asked for an account and has no answer yet.
        case waits
        case wait(Duration)
    }

    /// One attempt, as the form sent it.
    struct Attempt: Sendable {
        let name: String
        let password: String
        let client: ClientConnection
        let userAgent: String
        /// The marks that came as one of a browser that signed in before.
        let browserMarks: [String]
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
            browser: KnownBrowser.id(in: attempt.browserMarks, for: account, at: now(), key: key),
        )
        let count: SignInCount
        switch try await countAhead(keys) {
        case .wait(let wait):
            try await audit.noteRefusal(.sessionRefused, .noAccount, "throttled", from: attempt.client)
            return .wait(wait)
        case .counted(let counted): count = counted
        }

        var user: UserRecord?
        if let name { user = try await store.users.named(name) }
        var hash = try await storedHash(of: user, count)
        // Looked for in any case, so that the time it takes tells nothing.
        if let name, let newcomer = try await self.hash(ofNewcomer: name), user == nil { hash = newcomer }
        let isRight = try await verifier.verify(attempt.password, against: hash)
        if isRight, user == nil {
            try await takeBack(count)
            return .waits
        }
        guard isRight, let user, let id = user.id, var verified = user.passwordHash else {
            try await note(.wrongPassword, of: user?.id, attempt)
            return .refused
        }
        try await takeBack(count)
        guard !user.isDisabled else {
            try await note(.disabled, of: id, attempt)
            return .disabled
        }
        if let hash, verifier.needsRehash(hash) { verified = try await rehash(attempt.password, of: user) }
        if try await store.secondFactors.find(ofUser: id) != nil {
            try await note(.codeAsked, of: id, attempt)
            return .code(PasswordMark(user: id, passwordHash: verified, now: now()))
        }
        let ground = SessionGround.password(hash: verified, withCode: false)
        guard
            let (session, mark) = try await begin(
                user,
                on: ground,
                attempt.client,
                userAgent: attempt.userAgent,
                by: .password,
            )
        else { return .refused }
        return .welcome(user, session: session, browserMark: mark)
    }

    /// What the people whose accounts they are see of sign-ins.
    var history: SignInHistory { SignInHistory(store: store, now: now) }

    /// What is noted of them for admins.
    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    private func note(_ outcome: SignInEventRecord.Outcome, of user: Int64?, _ attempt: Attempt) async throws {
        try await history.note(outcome, .password, of: user, attempt.client, userAgent: attempt.userAgent)
    }

    /// Whether somebody who is signed in knows their present password; counted and slowed down for their session.
    ///
    /// - Throws: ``HubError/tooManyAttempts(wait:)``, or ``AccountError/wrongPassword``.
    func confirm(_ password: String, of user: UserRecord, in session: Int64) async throws {
        let count = try await countOrThrow(ThrottleKey.keys(account: user.name.text, session: session))
        let hash = try await storedHash(of: user, count)
        guard try await verifier.verify(password, against: hash) else {
            try await audit.noteRefusal(.passwordConfirmed, .account(user.name), "wrongPassword")
            throw AccountError.wrongPassword
        }
        try await takeBack(count)
    }

    /// The hash to compare with; nobody is slowed down because it can't be read.
    private func storedHash(of user: UserRecord?, _ count: SignInCount) async throws -> PasswordHash? {
        do {
            return try user?.storedHash
        } catch {
            try await takeBack(count, isSuccess: false)
            throw error
        }
    }

    /// Begins a session of somebody who has just proved who they are.
    ///
    /// - Returns: the session's secret and the mark by which the browser is known again; nil when what they proved doesn't hold
    ///   any more, such as a password that was changed meanwhile.
    /// - Throws: what the database says.
    func begin(
        _ user: UserRecord,
        on ground: SessionGround,
        _ client: ClientConnection,
        userAgent: String,
        by way: SignInEventRecord.Way,
        isByToken: Bool = false,
    ) async throws -> (session: Secret, browserMark: String)? {
        guard let id = user.id else { throw HubError.unexpected }
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.session, using: &random)
        var record = SessionRecord(
            userId: id,
            secretHash: secret.hash.hex,
            address: client.address,
            userAgent: userAgent,
            createdAt: now(),
            expiresAt: now().addingTimeInterval(sessionLifetime().seconds),
        )
        record.isByToken = isByToken
        let noted = audit.noting(.sessionBegan, .account(user.name), by: user, details: ["way": way.text])
        guard try await noted.sessions.begin(record, on: ground) != nil else { return nil }
        try await store.users.recordActivity(of: id, at: now())
        try await history.note(.done, way, of: id, client, userAgent: userAgent)
        return (secret, KnownBrowser.mark(for: user.name.text, at: now(), key: key, using: &random))
    }

    /// Stores the password anew at today's cost, unless there is another one meanwhile; the sessions stay.
    ///
    /// - Returns: the hash of what was typed: the new one, or the old one that isn't stored any more.
    private func rehash(_ typed: String, of user: UserRecord) async throws -> String {
        var random = SystemRandomNumberGenerator()
        let hash = try await verifier.hash(Password(typed), using: &random).text
        let now = try await store.users.change(user.name) { present in
            if present.passwordHash == user.passwordHash { present.passwordHash = hash }
        }
        return now.passwordHash == hash ? hash : user.passwordHash ?? ""
    }
}

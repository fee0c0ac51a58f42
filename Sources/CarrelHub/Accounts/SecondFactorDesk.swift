import CarrelAuth
import CarrelData
import CarrelModel
import CarrelStore
import Foundation

/// Second factors of accounts with a password: codes of an authenticator app, and recovery codes.
struct SecondFactorDesk: Sendable {
    /// What came of a code after a right password.
    enum Outcome: Sendable {
        /// The session's secret, for the browser's cookie, and the mark by which this browser is known again.
        case welcome(UserRecord, session: Secret, browserMark: String, by: Kind)
        /// Wrong, or used before.
        case refused
        /// What the browser holds of the first step isn't worth anything any more.
        case expired
        case wait(Duration)
    }

    /// What a code was.
    enum Kind: String, Sendable {
        case app, recovery
    }

    /// What came of looking at a code.
    enum Finding: Sendable, Equatable {
        case right(Kind)
        case wrong
        case wait(Duration)
    }

    let signIn: SignInDesk
    let vault: Vault

    private var store: Store { signIn.store }

    // MARK: Signing in

    /// Lets somebody in who showed the right password before.
    ///
    /// - Parameters:
    ///   - mark: what the browser holds of the first step.
    ///   - code: as typed.
    ///   - client: how the browser reached us.
    ///   - userAgent: what it calls itself.
    ///   - browserMarks: the marks that came as one of a browser that signed in before.
    /// - Returns: what came of it.
    /// - Throws: ``AccountError/secondFactorUnreadable(of:)``, or what the database says.
    func finish(
        _ mark: PasswordMark,
        code: String,
        _ client: ClientConnection,
        userAgent: String,
        browserMarks: [String],
    ) async throws -> Outcome {
        guard let user = try await store.users.withID(mark.user), let id = user.id, !user.isDisabled,
            let hash = user.passwordHash, mark.fits(passwordHash: hash),
            let factor = try await store.secondFactors.find(ofUser: id)
        else { return .expired }
        let browser = KnownBrowser.id(
            in: browserMarks,
            for: user.name.text,
            since: factor.createdAt,
            at: signIn.now(),
            key: signIn.key,
        )
        let keys = ThrottleKey.keys(secondFactorOf: user.name.text, browser: browser)
        switch try await look(at: code, of: user, countedBy: keys) {
        case .wrong:
            try await signIn.history.note(.wrongCode, .password, of: mark.user, client, userAgent: userAgent)
            return .refused
        case .wait(let wait): return .wait(wait)
        case .right(let kind):
            let begun = try await signIn.begin(
                user,
                on: .password(hash: hash, withCode: true),
                client,
                userAgent: userAgent,
                by: kind == .app ? .code : .recoveryCode,
            )
            guard let (session, browserMark) = begun else { return .expired }
            return .welcome(user, session: session, browserMark: browserMark, by: kind)
        }
    }

    /// Looks at a code: one of the app counts once, and wrong ones are counted for the account and slowed down; a recovery
    /// code can't be guessed, so it opens an account whose codes have to wait, and is gone then.
    private func look(at code: String, of user: UserRecord, countedBy keys: [ThrottleKey]) async throws -> Finding {
        let id = user.id ?? 0
        if let recovery = RecoveryCode(typed: code) {
            let isRight = try await store.secondFactors.spend(ofUser: id) { hashes in
                recovery.index(in: hashes.compactMap(SecretHash.init(hex:)))
            }
            return isRight ? .right(.recovery) : .wrong
        }
        let count: SignInCount
        switch try await signIn.countAhead(keys) {
        case .wait(let wait): return .wait(wait)
        case .counted(let counted): count = counted
        }
        let secret: TOTPSecret
        do {
            secret = try await self.secret(of: user)
        } catch {
            try await signIn.takeBack(count, isSuccess: false)
            throw error
        }
        let now = signIn.now()
        let isRight = try await store.secondFactors.accept(ofUser: id) { last in
            secret.matches(code: code, at: now, after: last)
        }
        guard isRight else { return .wrong }
        try await signIn.takeBack(count)
        return .right(.app)
    }

    private func secret(of user: UserRecord) async throws -> TOTPSecret {
        let (id, source) = (user.id ?? 0, SecondFactorRecord.source)
        guard let record = try await store.credentials.find(ofUser: id, for: source),
            let stored = try? vault.open(record.sealed, of: id, for: source),
            let secret = try? TOTPSecret(text: String(decoding: stored, as: UTF8.self))
        else { throw AccountError.secondFactorUnreadable(of: user.name.text) }
        return secret
    }

    // MARK: On one's account

    /// Whether a second factor is asked for.
    func isOn(_ user: UserRecord) async throws -> Bool {
        try await store.secondFactors.find(ofUser: user.id ?? 0) != nil
    }

    /// A new secret for somebody who knows their present password.
    ///
    /// - Throws: ``AccountError``, or ``HubError/tooManyAttempts(wait:)``.
    func offer(to user: UserRecord, password: String, in session: Int64) async throws -> SecondFactorOffer {
        guard user.passwordHash != nil else { throw AccountError.noPassword }
        guard try await !isOn(user) else { throw AccountError.secondFactorIsOn }
        try await signIn.confirm(password, of: user, in: session)
        var random = SystemRandomNumberGenerator()
        return SecondFactorOffer(now: signIn.now(), using: &random)
    }

    /// Turns the second factor on once a code shows that the app has the secret; other browsers that are signed in with the
    /// password alone are signed out.
    ///
    /// - Returns: the recovery codes, to be shown once.
    /// - Throws: ``AccountError``, or `VaultError`.
    func turnOn(
        _ offer: SecondFactorOffer,
        code: String,
        for user: UserRecord,
        in session: Int64,
    ) async throws -> [RecoveryCode] {
        let (id, secret, now) = (user.id ?? 0, try offer.secret, signIn.now())
        guard let step = secret.matches(code: code, at: now, after: nil) else { throw AccountError.wrongCode }
        let codes = Self.newCodes()
        let sealed = try vault.seal(Data(secret.reveal().utf8), of: id, for: SecondFactorRecord.source)
        let isDone = try await signIn.audit.noting(.secondFactorOn, .account(user.name)).secondFactors.turnOn(
            SecondFactorRecord(userId: id, createdAt: now, lastStep: step),
            secret: CredentialRecord(
                userId: id,
                source: SecondFactorRecord.source,
                label: "",
                sealed: sealed,
                createdAt: now,
            ),
            codes: codes.map(\.hash.hex),
            keeping: session,
        )
        guard isDone else { throw AccountError.secondFactorIsOn }
        return codes
    }

    /// New recovery codes in the place of all before.
    ///
    /// - Returns: the codes, to be shown once.
    /// - Throws: as ``prove(_:password:code:in:)``.
    func renewCodes(
        of user: UserRecord,
        password: String,
        code: String,
        in session: Int64,
    ) async throws -> [RecoveryCode] {
        try await prove(user, password: password, code: code, in: session)
        let codes = Self.newCodes()
        let store = signIn.audit.noting(.recoveryCodesMade, .account(user.name))
        try await store.secondFactors.replaceCodes(ofUser: user.id ?? 0, with: codes.map(\.hash.hex))
        return codes
    }

    /// Turns the second factor off for somebody who has both factors.
    ///
    /// - Throws: as ``prove(_:password:code:in:)``.
    func turnOff(for user: UserRecord, password: String, code: String, in session: Int64) async throws {
        try await prove(user, password: password, code: code, in: session)
        let store = signIn.audit.noting(.secondFactorOff, .account(user.name))
        _ = try await store.secondFactors.turnOff(ofUser: user.id ?? 0)
    }

    /// Has somebody show both factors again.
    ///
    /// - Throws: ``AccountError``, or ``HubError/tooManyAttempts(wait:)``.
    private func prove(
        _ user: UserRecord,
        password: String,
        code: String,
        in session: Int64,
    ) async throws {
        guard try await isOn(user) else { throw AccountError.secondFactorIsOff }
        try await signIn.confirm(password, of: user, in: session)
        let keys = ThrottleKey.keys(secondFactorOf: user.name.text, session: session)
        switch try await look(at: code, of: user, countedBy: keys) {
        case .right: return
        case .wrong:
            try await signIn.audit.noteRefusal(.passwordConfirmed, .account(user.name), "wrongCode")
            throw AccountError.wrongCode
        case .wait(let wait): throw HubError.tooManyAttempts(wait: wait)
        }
    }

    private static func newCodes() -> [RecoveryCode] {
        var random = SystemRandomNumberGenerator()
        return RecoveryCode.generate(using: &random)
    }
}

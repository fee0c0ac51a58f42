import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// People who make an account of the hub by themselves, or ask for one.
struct SignUpDesk: Sendable {
    /// What somebody typed into the form.
    struct Attempt: Sendable {
        let name: String
        let password: String
        let again: String
        /// Empty for none.
        let email: String
    }

    /// What came of it.
    enum Outcome: Sendable, Equatable {
        /// They have an account.
        case made(UserRecord)
        /// They wait for an admin's answer.
        case waits(UserName)
    }

    let signIn: SignInDesk
    let accounts: @Sendable () -> AccountDesk
    let settings: @Sendable () -> AccountSettings

    /// How many people may wait at once.
    static let mostWaiting = 100
    /// How long they wait at most, in seconds.
    static let patience: TimeInterval = 14 * 86_400

    /// Whether people may make accounts by themselves.
    var policy: SignUpPolicy { settings().signUp }

    private var store: Store { signIn.store }

    /// Makes an account, or puts somebody on the list of those who wait.
    ///
    /// What is wrong with the typed texts alone is said at once. Looking at names is counted and slowed down for each
    /// network, like wrong passwords: the answer tells strangers whether a name is taken.
    ///
    /// - Throws: ``HubError/notFound`` where nobody may sign up, ``HubError/tooManyAttempts(wait:)``, ``SignUpError``,
    ///   ``AccountError``, ``NameError``, or ``AuthError/passwordRefused(_:)``.
    func signUp(_ attempt: Attempt, from client: ClientConnection) async throws -> Outcome {
        let policy = policy
        guard policy != .never else { throw HubError.notFound }
        let desk = accounts()
        let name = try UserName(normalizing: attempt.name.trimmingCharacters(in: .whitespaces))
        let email = try Self.email(attempt.email)
        let password = try desk.accept(attempt.password, again: attempt.again, for: name)
        let keys = ThrottleKey.keys(signUpFrom: RequestAddress(client.address))
        let count = try await signIn.countOrThrow(keys)
        let network = keys.map(\.text).joined()
        let limits = SignUpStore.Limits(waiting: Self.mostWaiting, near: settings().mostSignUpsPerAddress)
        try await requireFree(name, desk)
        try await store.signUps.require(name, from: network, limits: limits, now: signIn.now())
        var random = SystemRandomNumberGenerator()
        let now = signIn.now()
        let record = SignUpRecord(
            name: name,
            passwordHash: try await desk.verifier.hash(password, using: &random).text,
            email: email,
            address: client.address,
            createdAt: now,
            expiresAt: now.addingTimeInterval(Self.patience),
        )
        let outcome: Outcome
        if policy == .open {
            let store = signIn.audit.noting(.userMade, .account(name), details: ["way": "signUp"])
            outcome = .made(try await store.signUps.open(record, from: network, limits: limits, now: now))
        } else {
            try await store.signUps.wait(record, from: network, limits: limits, now: now)
            outcome = .waits(name)
        }
        try await signIn.takeBack(count)
        return outcome
    }

    /// Makes the account of somebody who waits.
    ///
    /// - Throws: ``SignUpError``, ``StoreError``, or ``AccountError/homeLeft(_:)``.
    func approve(_ id: Int64) async throws -> UserRecord {
        let now = signIn.now()
        let record = try await store.signUps.withID(id, now: now)
        // Also who has been made a manager by name since then is somebody whom the operator knows.
        try await accounts().requireFree(record.name)
        let noted = signIn.audit.noting(.userMade, .account(record.name), details: ["way": "signUp"])
        return try await noted.signUps.approve(id, now: now)
    }

    /// Takes somebody off the list of those who wait.
    ///
    /// - Throws: ``SignUpError/gone``.
    func refuse(_ id: Int64) async throws -> SignUpRecord {
        let record = try await store.signUps.withID(id, now: signIn.now())
        return try await signIn.audit.noting(.userDeclined, .account(record.name))
            .signUps.refuse(id, now: signIn.now())
    }

    /// Strangers get the same words for every name that somebody has.
    private func requireFree(_ name: UserName, _ desk: AccountDesk) async throws {
        do {
            try await desk.requireFree(name)
        } catch StoreError.userExists {
            throw SignUpError.taken(name.text)
        }
    }

    private static func email(_ text: String) throws(AccountError) -> EmailAddress? {
        let plain = text.trimmingCharacters(in: .whitespaces)
        if plain.isEmpty { return nil }
        guard let address = EmailAddress(plain) else { throw .badEmail }
        return address
    }
}

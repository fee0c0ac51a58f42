import CarrelAuth
import CarrelData
import CarrelModel
import CarrelStore
import CarrelTestSupport
import Foundation
import Synchronization
import Testing

@testable import CarrelHub

/// A provider that says what a test has it say.
final class FakeProvider: Authenticator {
    /// How it answers when it is asked again.
    enum Answer {
        case person(AuthenticatedPerson)
        case gone
        case error(AuthenticatorError)
    }

    let answer: Mutex<Answer>
    private let log = Mutex<(asked: [Data], released: [Data])>(([], []))

    init(_ answer: Answer) {
        self.answer = Mutex(answer)
    }

    /// The grants with which it was asked again.
    var asked: [Data] { log.withLock { $0.asked } }
    /// The grants that were given back.
    var released: [Data] { log.withLock { $0.released } }

    func set(_ next: Answer) { answer.withLock { $0 = next } }

    func begin(
        next: String?,
        purpose: SignInAttempt.Purpose,
        now: Date,
    ) async throws(AuthenticatorError) -> SignInStart { .form }

    func authenticate(_ proof: SignInProof) async throws(AuthenticatorError) -> AuthenticatedPerson {
        throw .refused("Fake", words: "")
    }

    func refresh(
        _ grant: Data,
        of subject: String,
        keep: @Sendable (Data) async -> Void,
    ) async throws(AuthenticatorError) -> AuthenticatedPerson? {
        log.withLock { $0.asked.append(grant) }
        switch answer.withLock({ $0 }) {
        case .person(let person): return person
        case .gone: return nil
        case .error(let error): throw error
        }
    }

    func signOut(_ grant: Data?, returningTo address: String) async throws(AuthenticatorError) -> SignOutStep? { nil }

    func release(_ grant: Data) async throws(AuthenticatorError) {
        if case .error(let error) = answer.withLock({ $0 }) { throw error }
        log.withLock { $0.released.append(grant) }
    }
}

/// The desk that brings people to their accounts, and the keeper that asks about them again, before a store in memory.
struct IdentityFixture {
    let hub: KeeperFixture
    let provider: FakeProvider
    let desk: IdentityDesk
    let keeper: IdentityKeeper
    /// Names whose home an earlier user left.
    let leftHomes: Notebook<String>

    var store: Store { hub.store }
    var clock: HandClock { hub.clock }

    /// The rules of the provider `egi`.
    static var settings: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "egi")
        (settings.title, settings.issuer) = ("EGI", "https://aai.example.org")
        settings.members = ["vo.rivers.eu"]
        var rivers = MembershipSettings(name: "rivers")
        (rivers.entitlements, rivers.group) = (["vo.rivers.eu"], "rivers")
        var admins = MembershipSettings(name: "admins")
        (admins.entitlements, admins.admin) = (["vo.rivers.eu:role=admin"], true)
        settings.memberships = [rivers, admins]
        return settings
    }

    static let member = "urn:mace:egi.eu:group:vo.rivers.eu#aai.egi.eu"
    static let admin = "urn:mace:egi.eu:group:vo.rivers.eu:role=admin#aai.egi.eu"

    /// Somebody as the provider knows them.
    static func person(
        _ subject: String = "s1",
        names: [String] = ["rosa"],
        entitlements: [String]? = [member],
        grant: String? = "grant",
    ) -> AuthenticatedPerson {
        AuthenticatedPerson(
            subject: subject,
            label: "\(subject)@example.org",
            names: names,
            entitlements: entitlements,
            grant: grant.map { Data($0.utf8) },
        )
    }

    /// Has somebody come back from the provider.
    func signIn(
        _ person: AuthenticatedPerson = person(),
        at settings: AuthenticatorSettings = settings,
    ) async throws -> IdentityDesk.Outcome {
        let client = ClientConnection(address: "192.0.2.1", isSecure: true, host: "hub.example.org")
        return try await desk.signIn(person, at: settings, client, userAgent: "Test/1")
    }

    /// Signs somebody in, and says who they are here.
    func welcome(
        _ person: AuthenticatedPerson = person(),
        at settings: AuthenticatorSettings = settings,
    ) async throws -> UserRecord {
        guard case .welcome(let user, _, _) = try await signIn(person, at: settings) else {
            throw HubError.unexpected
        }
        return user
    }

    /// The groups that a user is in.
    func groups(_ name: String) async throws -> [String] {
        let user = try #require(await store.users.named(UserName(normalizing: name)))
        return try await store.groups.all(ofUser: user.id ?? 0).map(\.name.text)
    }

    /// The browsers that a user is signed in with.
    func sessions(_ user: UserRecord) async throws -> Int {
        try await store.sessions.all(ofUser: user.id ?? 0, now: clock.now).count
    }
}

/// Users `ada`, `bob` and `cy`, and a provider `egi`.
func withIdentities(
    configured: @escaping @Sendable () -> [AuthenticatorSettings] = { [IdentityFixture.settings] },
    _ body: (IdentityFixture) async throws -> Void,
) async throws {
    try await withFolder { folder in
        try await withKeeper { hub in
            let vault = Vault(keyFile: "\(folder)/vault.key")
            _ = try vault.prepare()
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            let (provider, left) = (FakeProvider(.gone), Notebook<String>())
            let shelf = AuthenticatorShelf(settings: configured, origin: { "https://hub.example.org" }) { _, _, _ in
                provider
            }
            let grants = GrantVault(store: hub.store.credentials, vault: vault, now: now, logger: .quiet)
            let effects = IdentityEffects(
                store: hub.store,
                instances: hub.desk.instances,
                hasFolder: { $0.text == "left" },
                wakeServer: { _ in },
                changed: {},
                revoked: { _ in },
                now: now,
                logger: .quiet,
            )
            let cost = try #require(PasswordHash.Cost(logRounds: 1, blockSize: 1, parallelism: 1))
            let signIn = SignInDesk(
                store: hub.store,
                verifier: PasswordVerifier(work: WorkAtOnce(), cost: cost),
                key: try #require(HubKey(bytes: Data(repeating: 7, count: 32))),
                throttle: { SignInThrottle() },
                sessionLifetime: { .seconds(86_400) },
                now: now,
            )
            let desk = IdentityDesk(
                store: hub.store,
                signIn: signIn,
                grants: grants,
                effects: effects,
                hasHome: { left.entries.contains($0.text) },
                now: now,
                logger: .quiet,
            )
            let keeper = IdentityKeeper(
                store: hub.store,
                shelf: shelf,
                refresher: GrantRefresher(
                    store: hub.store,
                    shelf: shelf,
                    grants: grants,
                    effects: effects,
                    now: now,
                ),
                effects: effects,
                clock: ContinuousClock(),
                now: now,
                logger: .quiet,
            )
            try await body(
                IdentityFixture(hub: hub, provider: provider, desk: desk, keeper: keeper, leftHomes: left)
            )
        }
    }
}

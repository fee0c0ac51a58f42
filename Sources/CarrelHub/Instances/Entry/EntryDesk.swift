import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Logging

/// Lets people into instances: visitors without an account, and members of the hub who agree to terms or have a code.
struct EntryDesk: Sendable {
    /// What somebody sent with the form.
    struct Attempt: Sendable {
        /// The names of the terms that were ticked.
        var ticked: Set<String>
        var code: String
        let client: ClientConnection
        let userAgent: String
    }

    /// What came of it.
    enum Outcome: Sendable {
        /// They may have a server there now.
        case through(UserRecord)
        /// They are a visitor now; the session's secret is for the browser's cookie.
        case welcome(UserRecord, session: Secret, lifetime: Duration)
        /// Terms that weren't ticked, by name.
        case unticked(Set<String>)
        case wrongCode
        case wait(Duration)
        /// There are too many visitors, from their network or in all.
        case tooMany(near: Bool)
    }

    let instances: InstanceDesk
    let signIn: SignInDesk
    let limits: @Sendable () -> VisitorStore.Limits

    private var store: Store { instances.store }
    private var now: Date { instances.now() }

    /// How long a visitor stays signed in at most, unless a server may run for longer.
    private static let standardStay = Duration.seconds(86_400)
    /// How often a name is drawn before the fault must be another.
    private static let mostDraws = 20

    /// The instance of this name, and what stands between somebody and it.
    ///
    /// - Throws: ``HubError/notFound``.
    func gate(_ name: InstanceName, for user: UserRecord?) async throws -> (InstanceRecord, EntryGate.Step) {
        guard let instance = try await store.instances.named(name) else {
            throw user == nil ? HubError.notSignedIn : .notFound
        }
        let gate = EntryGate(instance: instance)
        guard let user else { return (instance, gate.step(forStrangerAt: now)) }
        guard let view = try await instances.view(of: name, for: user) else { throw HubError.notFound }
        let hasAgreed = try await store.instanceMembers.hasAgreed(user.id ?? 0, to: instance)
        return (instance, gate.step(for: user, refusal: view.refusal, hasAgreed: hasAgreed))
    }

    /// The instances that somebody without an account can enter.
    func offers() async throws -> [InstanceRecord] {
        try await store.instances.all().filter { EntryGate(instance: $0).isOffered(at: now) }
    }

    /// Lets somebody in who sent the form, if it is as it must be.
    ///
    /// - Throws: ``HubError/cannotEnter(instance:refusal:)``, ``HubError/notSignedIn``, ``HubError/notFound``, or
    ///   ``StoreError/instanceFull(_:)``.
    func enter(_ name: InstanceName, as user: UserRecord?, with attempt: Attempt) async throws -> Outcome {
        let (instance, step) = try await gate(name, for: user)
        let needs: (code: Bool, terms: Bool)
        switch step {
        case .through: needs = (false, false)
        case .form(let code, let terms): needs = (code, terms)
        case .signIn: throw HubError.notSignedIn
        case .unknown: throw HubError.notFound
        case .refused(let refusal): throw HubError.cannotEnter(instance: instance.settings.title, refusal: refusal)
        }
        let unticked = needs.terms ? Set(instance.settings.terms.map(\.name)).subtracting(attempt.ticked) : []
        guard unticked.isEmpty else { return .unticked(unticked) }
        if needs.code {
            switch try await signIn.check(Self.plain(attempt.code), codeOf: instance, from: attempt.client) {
            case .right: break
            case .wrong: return .wrongCode
            case .wait(let wait): return .wait(wait)
            }
        }
        guard let user, let id = user.id else { return try await welcome(to: instance, attempt) }
        if needs.code {
            let noted = signIn.audit.noting(.instanceMemberAdded, .instance(instance.name), of: user.name)
            try await noted.instanceMembers.join(id, instance, as: .member, at: now)
        }
        if needs.terms { try await store.instanceMembers.agree(id, to: instance, at: now) }
        return .through(user)
    }

    // MARK: Codes

    /// Sets the code with which people enter; nobody can read it afterwards.
    ///
    /// - Parameters:
    ///   - code: 8 characters or more; spaces at its ends and upper case make no difference.
    ///   - name: of the instance.
    /// - Throws: ``HubError/badRequest(_:)`` for a code that can't be one, or ``StoreError/noSuchInstance(_:)``.
    func setCode(_ code: String, of name: InstanceName) async throws {
        let plain = Self.plain(code)
        guard (8...100).contains(plain.count), let password = try? Password(plain) else {
            throw HubError.badRequest("A code has 8 to 100 letters, digits and signs.")
        }
        var random = SystemRandomNumberGenerator()
        let hash = try await signIn.verifier.hash(password, using: &random).text
        try await signIn.audit.noting(.instanceChanged, .instance(name), details: ["what": "code"])
            .instances.change(name) { $0.codeHash = hash }
    }

    /// Takes the code away: nobody enters by code until there is another.
    ///
    /// - Throws: ``StoreError/noSuchInstance(_:)``.
    func clearCode(of name: InstanceName) async throws {
        try await signIn.audit.noting(.instanceChanged, .instance(name), details: ["what": "no code"])
            .instances.change(name) { $0.codeHash = nil }
    }

    /// A code as it is hashed: people type it from a slide.
    private static func plain(_ code: String) -> String {
        code.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }

    // MARK: Visitors

    private func welcome(to instance: InstanceRecord, _ attempt: Attempt) async throws -> Outcome {
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.session, using: &random)
        let longestRun = instances.policy(of: instance).limits.maximumAge ?? .zero
        let lifetime = min(signIn.sessionLifetime(), max(Self.standardStay, longestRun))
        let session = SessionRecord(
            userId: 0,
            secretHash: secret.hash.hex,
            address: attempt.client.address,
            userAgent: attempt.userAgent,
            createdAt: now,
            expiresAt: now.addingTimeInterval(lifetime.seconds),
        )
        switch try await add(to: instance, session, using: &random) {
        case .added(let visitor):
            try await store.instanceMembers.agree(visitor.id ?? 0, to: instance, at: now)
            return .welcome(visitor, session: secret, lifetime: lifetime)
        case .tooManyNear: return .tooMany(near: true)
        case .tooMany: return .tooMany(near: false)
        }
    }

    private func add(
        to instance: InstanceRecord,
        _ session: SessionRecord,
        using random: inout SystemRandomNumberGenerator,
    ) async throws -> VisitorStore.Outcome {
        let network = RequestAddress(session.address)?.networkKey
        var draws = 0
        while true {
            var visitor = UserRecord(
                name: try VisitorName.random(using: &random),
                passwordHash: nil,
                mustChangePassword: false,
                isAdmin: false,
                createdAt: now,
            )
            visitor.onlyInstanceId = instance.id
            visitor.isVisitor = true
            do {
                return try await store.visitors.add(visitor, session: session, limits: limits()) { address in
                    RequestAddress(address)?.networkKey == network
                }
            } catch let error as StoreError {
                draws += 1
                switch error {
                case .userExists where draws < Self.mostDraws, .userLooksLike where draws < Self.mostDraws: continue
                default: throw error
                }
            }
        }
    }
}

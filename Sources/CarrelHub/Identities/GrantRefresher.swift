import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Logging
import Synchronization

/// What was kept last for an identity while its provider was asked.
private final class LatestGrant: Sendable {
    let data: Mutex<Data>

    init(_ data: Data) {
        self.data = Mutex(data)
    }
}

/// Asks a provider again about one identity at a time: a refresh token that two use at once is worth nothing afterwards.
actor GrantRefresher {
    private let store: Store
    private let shelf: AuthenticatorShelf
    private let grants: GrantVault
    private let effects: IdentityEffects
    private let now: @Sendable () -> Date
    /// How long before its end a token isn't given any more, in seconds.
    private static let leeway: TimeInterval = 60

    /// How long after an answer the provider isn't asked for another token, however short its tokens live, in seconds.
    private static let pause: TimeInterval = 10

    private var underWay: [Int64: Task<AuthenticatedPerson?, any Error>] = [:]
    /// When providers were asked for a token last.
    private var asked: [Int64: Date] = [:]

    init(
        store: Store,
        shelf: AuthenticatorShelf,
        grants: GrantVault,
        effects: IdentityEffects,
        now: @escaping @Sendable () -> Date,
    ) {
        self.store = store
        self.shelf = shelf
        self.grants = grants
        self.effects = effects
        self.now = now
    }

    /// Asks, and puts to use what comes; who isn't vouched for any more loses what they had by it.
    ///
    /// - Returns: what is known of them now; nil when they aren't vouched for any more.
    /// - Throws: ``AuthenticatorError`` when that can't be found out at the moment, or what the database says.
    func refresh(_ identity: IdentityRecord, at settings: AuthenticatorSettings) async throws -> AuthenticatedPerson? {
        let id = identity.id ?? 0
        if let task = underWay[id] { return try await task.value }
        let task = Task { try await ask(identity, settings) }
        underWay[id] = task
        defer { underWay[id] = nil }
        return try await task.value
    }

    /// An access token that is good for a while yet; the provider is asked for another if need be.
    ///
    /// - Returns: the token, and when it ends, if the provider said so; nil when there is none to be had.
    /// - Throws: as ``refresh(_:at:)``.
    func accessToken(
        of identity: IdentityRecord,
        at settings: AuthenticatorSettings,
    ) async throws -> (token: String, expires: Date?)? {
        let soon = now().addingTimeInterval(Self.leeway)
        if let present = try await grant(of: identity), present.expires.map({ $0 > soon }) ?? true {
            return (present.accessToken, present.expires)
        }
        let (id, time) = (identity.id ?? 0, now())
        asked = asked.filter { $0.value > time.addingTimeInterval(-Self.pause) }
        if asked[id] == nil {
            guard try await refresh(identity, at: settings) != nil else { return nil }
            asked[id] = time
        }
        // Some providers' tokens never last longer.
        return try await grant(of: identity).map { ($0.accessToken, $0.expires) }
    }

    /// Gives back what the hub has for somebody who doesn't work here any more.
    ///
    /// - Throws: ``AuthenticatorError`` when that can't be done at the moment, or what the database says.
    func release(_ identity: IdentityRecord, at settings: AuthenticatorSettings) async throws {
        guard underWay[identity.id ?? 0] == nil else { return }
        guard let grant = try await grants.grant(of: identity) else {
            try await grants.keep(nil, of: identity)
            return
        }
        try await shelf.authenticator(settings.name)?.release(grant)
        // Not what a sign-in has brought meanwhile.
        if try await grants.grant(of: identity) == grant { try await grants.keep(nil, of: identity) }
    }

    private func grant(of identity: IdentityRecord) async throws -> OpenIDGrant? {
        try await grants.grant(of: identity).flatMap { OpenIDGrant(stored: $0) }
    }

    private func ask(
        _ identity: IdentityRecord,
        _ settings: AuthenticatorSettings,
    ) async throws -> AuthenticatedPerson? {
        let id = identity.id ?? 0
        guard settings.vouches(for: identity) else {
            try await effects.lapse(id)
            return nil
        }
        guard let authenticator = try shelf.authenticator(settings.name),
            let grant = try await grants.grant(of: identity)
        else {
            // Their next turn comes all the same, so that nobody is asked about again and again.
            let time = now()
            try await store.identities.change(id) { $0.checkedAt = time }
            return nil
        }
        let latest = LatestGrant(grant)
        let person = try await authenticator.refresh(grant, of: identity.subject) { [grants, effects] newer in
            do {
                // Not in the place of what a sign-in has brought meanwhile.
                let older = latest.data.withLock { $0 }
                guard try await grants.replace(older, by: newer, of: identity) else { return }
                latest.data.withLock { $0 = newer }
            } catch {
                effects.logger.error("identity.grantNotKept", metadata: ["identity": "\(id)", "error": "\(error)"])
            }
        }
        guard let person else {
            // A sign-in meanwhile has brought another grant: then it is the old one that is worth nothing.
            if try await grants.grant(of: identity) == latest.data.withLock({ $0 }) { try await effects.lapse(id) }
            return nil
        }
        // Also for whom it can't be used: they are asked about again at their time, like everybody.
        let time = now()
        try await store.identities.change(id) { identity in
            identity.label = person.label
            identity.checkedAt = time
        }
        // Who has none any more isn't always told so: the claim may just be missing.
        let plan = try MembershipPlan(settings, of: person)
        guard plan.isMember else {
            try await effects.lapse(id)
            return nil
        }
        try await effects.apply(plan, to: id)
        return person
    }
}

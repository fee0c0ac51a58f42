import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Logging

/// Brings people whom a provider knows to their accounts here.
struct IdentityDesk: Sendable {
    let store: Store
    let signIn: SignInDesk
    let grants: GrantVault
    let effects: IdentityEffects
    /// Whether there is a home of an earlier user of this name.
    let hasHome: @Sendable (UserName) async throws -> Bool
    let now: @Sendable () -> Date
    let logger: Logger

    /// What came of a sign-in.
    enum Outcome: Sendable {
        /// The session's secret, for the browser's cookie, and the mark by which this browser is known again.
        case welcome(UserRecord, session: Secret, browserMark: String)
        /// They lack every entitlement that is asked for.
        case outsider
        /// Somebody has the name already that the account would get.
        case taken(String)
        /// The home of an earlier user of that name is still there, and isn't theirs.
        case homeLeft(String)
        /// Nothing that the provider says of them can be a name; why, for each.
        case nameless([NameError])
        /// The account is switched off.
        case disabled
        /// Their list of entitlements can't be used.
        case unreadable(String)
        /// Somebody else vouched for whom the provider's name stood for before.
        case otherIssuer
        /// They have no account, and get none.
        case notKnown
        /// They showed a token, and more is asked of who they are.
        case tokenTooWeak
    }

    /// Somebody whom a provider has just vouched for, as the hub knows them.
    enum Arrival: Sendable {
        /// Their identity's number, and their account.
        case known(Int64, UserRecord)
        /// Their account is switched off.
        case disabled(UserRecord)
        /// They have no account here; never ``Outcome/welcome(_:session:browserMark:)``.
        case refused(Outcome)
    }

    /// Signs somebody in whom a provider has just vouched for; makes an account at the first time.
    func signIn(
        _ person: AuthenticatedPerson,
        at settings: AuthenticatorSettings,
        _ client: ClientConnection,
        userAgent: String,
    ) async throws -> Outcome {
        let way = SignInEventRecord.Way.provider(settings.name)
        switch try await arrive(person, at: settings) {
        case .refused(let outcome): return outcome
        case .disabled(let user):
            try await signIn.history.note(.disabled, way, of: user.id, client, userAgent: userAgent)
            return .disabled
        case .known(let id, let member):
            if person.isByToken, try await asksForMore(member) { return .tokenTooWeak }
            let begun = try await signIn.begin(
                member,
                on: .identity(id, providerSession: person.session),
                client,
                userAgent: userAgent,
                by: way,
                isByToken: person.isByToken,
            )
            // Removed, switched off or lapsed while they signed in.
            guard let (session, mark) = begun else {
                return try await store.users.withID(member.id ?? 0)?.isDisabled == true ? .disabled : .outsider
            }
            return .welcome(member, session: session, browserMark: mark)
        }
    }

    /// Whether a token, which a program in somebody's server may have read, isn't enough to sign in to an account.
    private func asksForMore(_ user: UserRecord) async throws -> Bool {
        if user.isAdmin { return true }
        return try await store.secondFactors.find(ofUser: user.id ?? 0) != nil
    }

    /// Finds the account of somebody whom a provider has just vouched for, and puts to use what came with them.
    ///
    /// At the first time it is made. Nobody is signed in by that.
    func arrive(_ person: AuthenticatedPerson, at settings: AuthenticatorSettings) async throws -> Arrival {
        let plan: MembershipPlan
        do {
            plan = try MembershipPlan(settings, of: person)
        } catch let error as any CarrelError {
            return .refused(.unreadable(error.message))
        }
        var known = try await store.identities.find(person.subject, at: settings.name)
        guard plan.isMember else {
            if let id = known?.0.id { try await effects.lapse(id) }
            return .refused(.outsider)
        }
        if known == nil {
            guard settings.makesAccounts else { return .refused(.notKnown) }
            switch try await newcomer(person, at: settings) {
            case .success(let added): known = added
            case .failure(let refusal): return .refused(refusal.outcome)
            }
        }
        guard let (identity, user) = known, let id = identity.id else { throw HubError.unexpected }
        guard settings.vouches(for: identity) else { return .refused(.otherIssuer) }
        guard !user.isDisabled else { return .disabled(user) }
        let time = now()
        let current = try await store.identities.change(id) { identity in
            (identity.label, identity.issuer) = (person.label, settings.issuers.first)
            (identity.signedInAt, identity.checkedAt, identity.lapsedAt) = (time, time, nil)
        }
        // Taken away meanwhile: what came is nobody's.
        guard let current else { return .refused(.notKnown) }
        try await keep(person.grant, of: current)
        try await effects.apply(plan, to: id)
        return .known(id, try await store.users.withID(user.id ?? 0) ?? user)
    }

    /// Adds an identity to the account of somebody who is signed in.
    ///
    /// - Throws: ``StoreError/identityTaken``.
    /// - Returns: whether they have what is asked for.
    func link(
        _ person: AuthenticatedPerson,
        at settings: AuthenticatorSettings,
        to user: UserRecord,
    ) async throws -> Bool {
        let plan = try MembershipPlan(settings, of: person)
        guard plan.isMember else { return false }
        let details = ["provider": settings.name]
        let noted = signIn.audit.noting(.identityLinked, .account(user.name), details: details)
        let identity = try await noted.identities.link(
            IdentityRecord(
                userId: user.id ?? 0,
                provider: settings.name,
                subject: person.subject,
                issuer: settings.issuers.first,
                label: person.label,
                createdAt: now(),
            )
        )
        try await keep(person.grant, of: identity)
        try await effects.apply(plan, to: identity.id ?? 0)
        return true
    }

    /// Takes an identity away from its user.
    ///
    /// - Throws: ``StoreError/lastWayIn``, or ``HubError/notFound``.
    /// - Returns: what the provider gave the hub for them; nobody keeps it any more.
    func unlink(from provider: String, of user: UserRecord) async throws -> Data? {
        let all = try await store.identities.all(ofUser: user.id ?? 0)
        guard let identity = all.first(where: { $0.provider == provider }), let id = identity.id else {
            throw HubError.notFound
        }
        let grant = try await grants.grant(of: identity)
        try await signIn.audit.noting(.identityUnlinked, .account(user.name), details: ["provider": provider])
            .identities.unlink(id)
        await grants.changed(identity)
        try await effects.settle(user.id ?? 0)
        return grant
    }

    /// A grant that can't be kept only means that the provider can't be asked again.
    private func keep(_ grant: Data?, of identity: IdentityRecord) async throws {
        do {
            try await grants.keep(grant, of: identity)
        } catch let error as any CarrelError {
            logger.error("\(error.code)", metadata: ["error": "\(error.message)", "remedy": "\(error.remedy)"])
        }
    }

    // MARK: Newcomers

    /// Why somebody new gets no account.
    private enum Refusal: Error {
        case taken(String)
        case homeLeft(String)
        case nameless([NameError])

        var outcome: Outcome {
            switch self {
            case .taken(let name): .taken(name)
            case .homeLeft(let name): .homeLeft(name)
            case .nameless(let faults): .nameless(faults)
            }
        }
    }

    /// Makes an account with the first name that can be one; a name that somebody has isn't worked around.
    private func newcomer(
        _ person: AuthenticatedPerson,
        at settings: AuthenticatorSettings,
    ) async throws -> Result<(IdentityRecord, UserRecord), Refusal> {
        var faults: [NameError] = []
        for text in person.names {
            let name: UserName
            do throws(NameError) {
                name = try UserName(normalizing: text)
            } catch {
                faults.append(error)
                continue
            }
            guard try await !hasHome(name) else { return .failure(.homeLeft(name.text)) }
            // Who is meant to manage an instance is somebody whom the operator knows.
            let isMeant = try await store.instances.all().contains { $0.settings.managers.contains(name.text) }
            guard !isMeant else { return .failure(.taken(name.text)) }
            let user = UserRecord(
                name: name,
                passwordHash: nil,
                mustChangePassword: false,
                isAdmin: false,
                createdAt: now(),
            )
            let identity = IdentityRecord(
                userId: 0,
                provider: settings.name,
                subject: person.subject,
                issuer: settings.issuers.first,
                label: person.label,
                createdAt: now(),
            )
            do {
                let details = ["provider": settings.name]
                let store = signIn.audit.noting(.userMade, .account(name), details: details)
                return .success(try await store.identities.add(user, with: identity))
            } catch let error as StoreError {
                switch error {
                case .userExists, .userLooksLike:
                    // In another tab they have just come for the first time.
                    if let known = try await store.identities.find(person.subject, at: settings.name) {
                        return .success(known)
                    }
                    return .failure(.taken(name.text))
                default: throw error
                }
            }
        }
        return .failure(.nameless(faults))
    }
}

extension AuthenticatorSettings {
    /// Whether people whom it vouches for, and the hub doesn't know, get accounts.
    fileprivate var makesAccounts: Bool { kind != .openbis || openBIS.newAccounts }

    /// Whether an identity is of those that this provider, as it stands in the configuration now, may vouch for.
    func vouches(for identity: IdentityRecord) -> Bool {
        identity.issuer.map { issuers.contains($0) } ?? true
    }
}

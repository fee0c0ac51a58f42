import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import Logging

extension ConnectionDesk {
    /// What became of what somebody sent.
    enum Outcome: Sendable, Equatable {
        /// It works, and is kept.
        case kept(ConnectionState)
        /// It couldn't be tried, and is kept nevertheless.
        case keptUntried(ConnectionState)
        /// Only whether it is remembered was changed.
        case remembered(Bool)
        /// There was nothing to do.
        case nothing
    }

    /// Takes what somebody typed: tries it and keeps it, or changes only whether what there is is remembered.
    ///
    /// - Parameters:
    ///   - form: what was typed.
    ///   - source: the data source; one that is offered to the person.
    ///   - user: the person.
    /// - Returns: what became of it.
    /// - Throws: ``ConnectionRefusal``, and nothing was changed; or what the database says.
    @discardableResult
    func take(_ form: ConnectionForm, for source: DataSourceSettings, of user: UserRecord) async throws -> Outcome {
        let link = try await store.connections.find(ofUser: user.id ?? 0, to: source.name)
        guard form.isEmpty else {
            let credential = try form.credential(for: source.kind)
            return try await connect(source, of: user, with: credential, remember: form.remember)
        }
        guard let link else { return .nothing }
        let label = try await store.credentials.find(ofUser: user.id ?? 0, for: link.credentialSource)?.label
        guard form.userName.isEmpty || form.userName == label else { throw ConnectionRefusal.secretMissing }
        guard link.remember != form.remember else { return .nothing }
        try await store.connections.setRemember(form.remember, ofUser: user.id ?? 0, to: source.name, at: now())
        return .remembered(form.remember)
    }

    /// Tries a credential, and keeps it if it is taken, or if it can't be tried now.
    ///
    /// - Returns: ``Outcome/kept(_:)`` or ``Outcome/keptUntried(_:)``.
    /// - Throws: ``ConnectionRefusal``, and what there was before is as it was; or what the database says.
    func connect(
        _ source: DataSourceSettings,
        of user: UserRecord,
        with credential: DataCredential,
        remember: Bool,
    ) async throws -> Outcome {
        let state = try await look(at: source.name, of: user, with: credential)
        let isUntried = state.isUntried
        guard state.isUsable || isUntried else { throw ConnectionRefusal.state(state) }
        try await keep(credential, for: source, of: user, remember: remember, state: isUntried ? nil : state)
        await probe.renew(source: source.name, of: user.id ?? 0)
        return isUntried ? .keptUntried(state) : .kept(state)
    }

    /// Tries what there is.
    ///
    /// - Returns: how it is now.
    /// - Throws: ``ConnectionRefusal``, or what the database says.
    func test(_ entry: Entry, of user: UserRecord) async throws -> ConnectionState {
        guard entry.isOffered else { throw ConnectionRefusal.notOffered }
        guard entry.isConfigured else { throw ConnectionRefusal.notConnected }
        let state = try await look(at: entry.source.name, of: user, with: nil)
        if let link = entry.connection { try await store.connections.note(state.code, of: link, at: now()) }
        return state
    }

    /// Forgets what a person gave for a data source; whether there was something.
    func remove(_ source: String, of user: UserRecord) async throws -> Bool {
        let isGone = try await noting(.credentialRemoved, source, of: user).connections
            .remove(ofUser: user.id ?? 0, to: source)
        if isGone { await probe.renew(source: source, of: user.id ?? 0) }
        return isGone
    }

    /// Says no more of which files two versions were kept, as the person has seen it.
    func conflictsSeen(at source: String, of user: UserRecord) async throws {
        try await store.connections.conflictsSeen(ofUser: user.id ?? 0, at: source, now: now())
    }

    // MARK: How it is done

    /// Has a credential tried, unless too many were; one that is taken doesn't count.
    private func look(
        at source: String,
        of user: UserRecord,
        with credential: DataCredential?,
    ) async throws -> ConnectionState {
        let key = ConnectionTries.Key(user: user.id ?? 0, source: source)
        if let wait = tries.begin(key, at: now()) { throw ConnectionRefusal.tooMany(wait: wait) }
        do throws(ProbeError) {
            let state = try await probe.check(source: source, of: user.id ?? 0, with: credential)
            if state.isUsable { tries.succeed(key) }
            return state
        } catch {
            throw ConnectionRefusal.probe(error)
        }
    }

    private func keep(
        _ credential: DataCredential,
        for source: DataSourceSettings,
        of user: UserRecord,
        remember: Bool,
        state: ConnectionState?,
    ) async throws {
        let link = ConnectionRecord(
            userId: user.id ?? 0,
            source: source.name,
            remember: remember,
            state: state?.code,
            at: now(),
        )
        let sealed: Data
        do {
            sealed = try vault.seal(JSONEncoder().encode(credential), of: link.userId, for: link.credentialSource)
        } catch let error as VaultError {
            throw ConnectionRefusal.vault(error)
        }
        let record = CredentialRecord(
            userId: link.userId,
            source: link.credentialSource,
            label: credential.userName,
            sealed: sealed,
            createdAt: now(),
        )
        try await noting(.credentialKept, source.name, of: user).connections.put(link, with: record)
    }

    private func noting(_ action: AuditAction, _ source: String, of user: UserRecord) -> Store {
        audit.noting(action, .account(user.name), details: ["dataSource": source])
    }

    // MARK: By the hub itself

    /// How long a credential that isn't to be remembered is kept for a server that is about to start.
    static let grace: TimeInterval = 600

    /// Forgets what was given for a session only, of people who have no session and no server any more.
    func sweep() async throws {
        let date = now().addingTimeInterval(-Self.grace)
        for link in try await store.connections.ended(before: date) {
            guard let user = try await store.users.withID(link.userId) else { continue }
            let noted = noting(.credentialRemoved, link.source, of: user)
            guard try await noted.connections.removeEnded(link, before: date) else { continue }
            logger.info("connection.forgotten", metadata: ["source": "\(link.source)", "user": "\(user.name)"])
            await probe.renew(source: link.source, of: link.userId)
        }
    }

    /// Tries some of those that couldn't be tried when they were given.
    func tryAgain(atMost count: Int) async throws {
        for link in try await store.connections.untried(atMost: count) {
            do throws(ProbeError) {
                let state = try await probe.check(source: link.source, of: link.userId, with: nil)
                guard !state.isPassing else { continue }
                try? await store.connections.note(state.code, of: link, at: now())
            } catch .unavailable {
                return
            } catch {
                continue
            }
        }
    }
}

extension ConnectionState {
    /// Whether nothing could be said of a credential that was tried.
    fileprivate var isUntried: Bool {
        switch self {
        case .offline, .slow, .busy: true
        default: false
        }
    }
}

extension DataCredential {
    /// What its owner sees of it: the user name; empty for a token.
    var userName: String {
        switch self {
        case .password(let user, _): user
        case .token: ""
        }
    }
}

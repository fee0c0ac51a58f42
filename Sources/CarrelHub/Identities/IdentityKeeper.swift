import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Asks providers again about people who are signed in, or have a server or a token.
struct IdentityKeeper: Service {
    let store: Store
    let shelf: AuthenticatorShelf
    let refresher: GrantRefresher
    let effects: IdentityEffects
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// How often it is looked who is due.
    private static let interval = Duration.seconds(5)
    /// How many are asked about at once.
    private static let atOnce = 4

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isBound = false
            while !Task.isCancelled {
                do {
                    if !isBound { try await bind() }
                    isBound = true
                    try await look()
                    try await clock.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("identity.notChecked", metadata: ["error": "\(error)"])
                    try? await clock.sleep(for: Self.interval)
                }
            }
        }
    }

    /// Notes who vouches for identities from before that was noted.
    private func bind() async throws {
        for settings in shelf.all {
            guard let issuer = settings.issuers.first else { continue }
            try await store.identities.bind(settings.name, to: issuer)
        }
    }

    /// One round.
    func look() async throws {
        let known = shelf.all
        let issuers = Dictionary(known.map { ($0.name, $0.issuers) }, uniquingKeysWith: { first, _ in first })
        for identity in try await store.identities.strayed(from: issuers) {
            logger.notice("identity.providerGone", metadata: ["authenticator": "\(identity.provider)"])
            try await effects.lapse(identity.id ?? 0)
        }
        for settings in known {
            try await release(at: settings)
            let limit = now().addingTimeInterval(-(settings.refresh / .seconds(1)))
            var due = try await store.identities.due(at: settings.name, checkedBefore: limit, now: now())[...]
            while !due.isEmpty {
                let some = due.prefix(Self.atOnce)
                due = due.dropFirst(Self.atOnce)
                let answered = try await ask(about: Array(some), settings)
                // Who doesn't answer for one doesn't for the others: they keep what they have until it does.
                guard answered else { break }
            }
        }
    }

    /// Gives back what the hub has for people who don't work here any more.
    private func release(at settings: AuthenticatorSettings) async throws {
        let limit = now().addingTimeInterval(-(settings.refresh / .seconds(1)))
        for identity in try await store.identities.idle(at: settings.name, checkedBefore: limit, now: now()) {
            do {
                try await refresher.release(identity, at: settings)
            } catch let error as AuthenticatorError {
                logger.warning(
                    "\(error.code)",
                    metadata: ["authenticator": "\(settings.name)", "detail": "\(error.detail ?? "")"],
                )
                try await putOff(identity)
                return
            }
        }
    }

    /// Has somebody wait for their next turn, so that whoever can't be asked about doesn't stand before all others.
    private func putOff(_ identity: IdentityRecord) async throws {
        let time = now()
        try await store.identities.change(identity.id ?? 0) { $0.checkedAt = time }
    }

    private func ask(about identities: [IdentityRecord], _ settings: AuthenticatorSettings) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for identity in identities {
                group.addTask {
                    do {
                        _ = try await refresher.refresh(identity, at: settings)
                        return true
                    } catch let error as AuthenticatorError {
                        logger.warning(
                            "\(error.code)",
                            metadata: ["authenticator": "\(settings.name)", "detail": "\(error.detail ?? "")"],
                        )
                        guard error.isAboutOne else { return false }
                        try await putOff(identity)
                        return true
                    } catch let error as EntitlementError {
                        // What can't be used of one person says nothing of the others.
                        logger.warning(
                            "\(error.code)",
                            metadata: ["identity": "\(identity.id ?? 0)", "error": "\(error.message)"],
                        )
                        return true
                    }
                }
            }
            return try await group.allSatisfy { $0 }
        }
    }
}

extension AuthenticatorError {
    /// Whether it is the one person whom the provider says no about, and others can still be asked about.
    fileprivate var isAboutOne: Bool {
        switch self {
        case .refused, .foreign, .wrongPassword, .unfit, .notFound, .noContext, .outsideContext, .deadToken: true
        case .unreachable, .nonsense, .misconfigured, .untrusted: false
        }
    }
}

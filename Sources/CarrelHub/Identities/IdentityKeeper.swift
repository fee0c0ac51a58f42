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
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// How often it is looked who is due.
    private static let interval = Duration.seconds(5)
    /// How many are asked about at once.
    private static let atOnce = 4

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
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

    /// One round.
    func look() async throws {
        for settings in shelf.all {
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
        case .refused, .foreign, .wrongPassword, .unfit, .notFound: true
        case .unreachable, .nonsense, .misconfigured, .untrusted: false
        }
    }
}

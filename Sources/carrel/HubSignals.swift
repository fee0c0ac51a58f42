import CarrelHub
import CarrelModel
import CarrelSpawn
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// What the signals so far ask for.
final class HubSignals: Sendable {
    private struct State {
        var wasInterrupted = false
        var stop: (@Sendable () async -> Void)?
    }

    private let state = Mutex(State())

    /// Whether SIGINT came: then the proxy ends too.
    var wasInterrupted: Bool { state.withLock { $0.wasInterrupted } }

    /// Ends all services in order.
    var stop: (@Sendable () async -> Void)? {
        get { state.withLock { $0.stop } }
        set { state.withLock { $0.stop = newValue } }
    }

    func interrupt() {
        state.withLock { $0.wasInterrupted = true }
    }
}

/// Carries out what signals ask for, as long as the hub runs.
struct SignalWatch: Service {
    let signals: HubSignals
    let source: ConfigurationOption
    let hub: Hub
    let spawner: SandboxSpawner
    let state: StateDirectory
    let log: EventLogHandler.Shared
    let logger: Logger

    func run() async throws {
        let all = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigusr1)
        for await signal in all.cancelOnGracefulShutdown() {
            switch signal {
            case .sighup: await reload()
            case .sigusr1: await look()
            case .sigint:
                signals.interrupt()
                logger.notice("hub.ending", metadata: ["signal": "SIGINT"])
                await signals.stop?()
            default:
                logger.notice("hub.ending", metadata: ["signal": "SIGTERM"])
                await signals.stop?()
            }
        }
    }

    private func reload() async {
        do {
            let new = try source.load()
            log.apply(new.hub)
            await hub.apply(new)
            try await spawner.apply(SandboxOptions(new, state: state))
            logger.notice("configuration.reloaded")
        } catch let error as any CarrelError {
            logger.error("configuration.refused", metadata: ["reason": "\(error.message)"])
        } catch {
            logger.error("configuration.refused", metadata: ["reason": "\(error)"])
        }
    }
}

extension SignalWatch {
    /// After the command line changed the database.
    private func look() async {
        do {
            try await hub.look()
        } catch {
            logger.error("store.failed", metadata: ["error": "\(error)"])
        }
    }
}

extension EventLogHandler.Shared {
    /// Logs as the configuration says.
    func apply(_ hub: HubSettings) {
        settings.withLock { settings in
            settings.level = Logger.Level(rawValue: hub.logLevel.rawValue) ?? .info
            settings.format = hub.logFormat == .json ? .json : .text
        }
    }
}

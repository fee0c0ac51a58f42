import ArgumentParser
import CarrelAuth
import CarrelHub
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// The command `carrel serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the hub and its proxy.",
        discussion: """
            Ctrl-C (SIGINT) ends the hub and the proxy; running servers go on and are taken over at the next start. SIGTERM ends \
            the hub only: the proxy goes on too, so that a new hub can take its place without anyone noticing. SIGHUP reads the \
            configuration again.
            """,
    )

    @OptionGroup var source: ConfigurationOption

    func run() async throws {
        let configuration = try source.load()
        umask(0o077)
        let log = EventLogHandler.Shared()
        log.apply(configuration.hub)
        let logger = Logger(label: "carrel") { _ in EventLogHandler(shared: log) }

        let state = StateDirectory(path: configuration.hub.stateDirectory)
        try state.prepare()
        let lock = try HubLock(state)
        defer { withExtendedLifetime(lock) {} }
        try await AuditTrail.$source.withValue(.hub) {
            try await serve(configuration, state: state, log: log, logger: logger)
        }
    }

    private func serve(
        _ configuration: Configuration,
        state: StateDirectory,
        log: EventLogHandler.Shared,
        logger: Logger,
    ) async throws {
        let store = try Store.open(at: state.database, now: Date())
        let work = ThreadedWork(threads: 2)
        try await addFirstAdmin(configuration, store: store, work: work)
        let counting = ThreadedWork(threads: 2)
        let storage = try await HomeStorageSetup(configuration, state: state).storage(work: counting)
        for finding in await Checks(configuration, state: state).findings() where finding.grade != .good {
            logger.warning(
                "doctor.\(finding.grade)",
                metadata: ["subject": "\(finding.subject)", "finding": "\(finding.message)"]
            )
        }
        let signals = HubSignals()
        let spawner = try SandboxSpawner(options: SandboxOptions(configuration, state: state))
        let live = LiveConfiguration(configuration)
        let hub = try await Hub(
            Hub.Parts(
                configuration: live,
                state: state,
                store: store,
                spawner: spawner,
                repositories: spawner,
                storage: storage,
                files: UserFiles(homes: configuration.storage.homes, executable: try Executable.path()),
                archives: try HomePacker(homes: configuration.storage.homes, executable: try Executable.path()),
                defaultQuota: { live.current.storage.quota },
                work: work,
                executable: try Executable.path(),
                logger: logger,
                onReady: { Announcement.ready(configuration) },
                builder: SandboxedBuilder(spawner: spawner, work: work) {
                    BuilderSettings(live.current, state: state)
                },
            ),
            endsProxy: { signals.wasInterrupted },
        )
        try await hub.adoptInstances()
        try await hub.prepareVault()
        try await hub.removeLeftovers()
        let watch = SignalWatch(
            signals: signals,
            source: source,
            hub: hub,
            spawner: spawner,
            state: state,
            log: log,
            logger: logger,
        )
        var lifecycle = ServiceGroupConfiguration(services: hub.services + [watch], logger: logger.quiet)
        // A server may take its time to stop; nothing else may.
        lifecycle.maximumGracefulShutdownDuration = configuration.servers.stopDeadline + .seconds(30)
        let group = ServiceGroup(configuration: lifecycle)
        signals.stop = { await group.triggerGracefulShutdown() }
        do {
            try await group.run()
        } catch {
            try await hub.close()
            throw error
        }
        try await hub.close()
        await spawner.close()
        try await work.stop()
        try await counting.stop()
        try store.close()
        logger.notice("hub.ended")
    }

    private func addFirstAdmin(_ configuration: Configuration, store: Store, work: ThreadedWork) async throws {
        let desk = AccountDesk(
            store: store,
            verifier: PasswordVerifier(work: work),
            rule: PasswordRule(minimumLength: configuration.accounts.minimumPasswordLength),
            hasHome: EarlierHomes(store: store, homes: configuration.storage.homes).hasSome,
        )
        guard let admin = try await desk.addFirstAdmin() else { return }
        Announcement.firstAdmin(name: admin.name, password: admin.password)
    }
}

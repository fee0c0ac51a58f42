import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Builds environments, a few at a time, and removes those that nobody launches any more.
///
/// The store says what is to be built. Builds outlive the hub: the next one follows those that go on, and begins those
/// anew that ended meanwhile.
struct BuildKeeper: Service {
    let desk: BuildDesk
    let clock: any Clock<Duration>
    let logger: Logger

    private static let interval = Duration.seconds(60)
    /// How long a failure is kept for those who look for it.
    private static let failuresKept: TimeInterval = 86_400

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let begun = await recover()
            await withDiscardingTaskGroup { group in
                for slot in 0..<desk.settings().buildsAtOnce {
                    group.addTask {
                        if let build = begun[slot] { await make(build, in: slot) }
                        await makeAll(in: slot)
                    }
                }
                group.addTask { await tidyNowAndThen() }
            }
            desk.board.close()
        }
    }

    // MARK: Building

    /// What earlier hubs had in hand: builds that still run, by their places; all others wait again.
    func recover() async -> [Int: BuildRecord] {
        var begun: [Int: BuildRecord] = [:]
        do {
            for build in try await desk.store.underWay() {
                let slot = build.slot ?? -1
                let hasPlace = (0..<desk.settings().buildsAtOnce).contains(slot) && begun[slot] == nil
                if hasPlace, await desk.builder.isRunning(build.id) {
                    logger.info("build.takenOver", metadata: ["build": "\(build.id)"])
                    begun[slot] = build
                } else {
                    try await beginAnew(build)
                }
            }
            try await tidy()
        } catch {
            logger.warning("build.notRecovered", metadata: ["error": "\(error)"])
        }
        return begun
    }

    private func beginAnew(_ build: BuildRecord) async throws {
        await remove(build.id)
        let reason = "The hub was stopped several times while it was built. Launch it again."
        let now = try await desk.store.recover(build.id, at: desk.now(), failure: reason)
        // Somebody may watch already.
        if now?.state == .failed { desk.board.post(.failed(reason), for: build.id) }
    }

    /// Removes what there is of an environment; what can't be removed now is removed when the hub next tidies up.
    private func remove(_ id: String) async {
        do {
            try await desk.builder.remove(id)
        } catch {
            logger.warning("build.notRemoved", metadata: ["build": "\(id)", "error": "\(error)"])
        }
    }

    private func makeAll(in slot: Int) async {
        while !Task.isCancelled {
            desk.wake.clear()
            do {
                while let build = try await desk.store.begin(in: slot) {
                    await desk.tellPlaces()
                    await make(build, in: slot)
                }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("build.notBegun", metadata: ["error": "\(error)"])
            }
            await desk.tellPlaces()
            _ = try? await desk.wake.orUntilRaised { try await clock.sleep(for: .seconds(30)) }
        }
    }

    private func make(_ build: BuildRecord, in slot: Int) async {
        let begun = desk.now()
        logger.info("build.started", metadata: ["build": "\(build.id)", "repository": "\(build.repository)"])
        desk.board.begin(build.id)
        let cancel = desk.cancelSignal(of: build.id)
        defer { desk.endCancelling(build.id) }
        let source = BuildSource(provider: build.provider, repository: build.repository, commit: build.commit)
        let (builder, board) = (desk.builder, desk.board)
        do {
            let bytes = try await cancel.orUntilRaised {
                try await builder.build(build.id, source, slot: slot) { line in
                    board.post(.line(line), for: build.id)
                }
            }
            guard let bytes else {
                await remove(build.id)
                return try await end(build, failure: BuildDesk.cancelled)
            }
            try await desk.store.change(build.id) { [now = desk.now()] build in
                build.state = .built
                build.slot = nil
                build.bytes = bytes
                build.failure = nil
                build.finishedAt = now
                build.usedAt = now
            }
            let seconds = Int(desk.now().timeIntervalSince(begun))
            logger.info("build.done", metadata: ["build": "\(build.id)", "seconds": "\(seconds)", "bytes": "\(bytes)"])
            board.post(.built, for: build.id)
        } catch is CancellationError {
            // The hub ends; the build goes on.
        } catch {
            await fail(build, error)
        }
    }

    private func fail(_ build: BuildRecord, _ error: any Error) async {
        let failure =
            switch error {
            case let problem as BuilderProblem: problem.text
            case let error as any CarrelError: "\(error.message) \(error.remedy)"
            default: "The hub made a mistake. Tell the operator."
            }
        let code = (error as? BuilderProblem)?.code ?? (error as? any CarrelError)?.code ?? "unexpected"
        logger.notice("build.failed", metadata: ["build": "\(build.id)", "code": "\(code)", "error": "\(error)"])
        await remove(build.id)
        do {
            try await end(build, failure: failure)
        } catch {
            logger.warning("build.notEnded", metadata: ["build": "\(build.id)", "error": "\(error)"])
            desk.board.post(.failed(failure), for: build.id)
        }
    }

    private func end(_ build: BuildRecord, failure: String) async throws {
        try await desk.store.change(build.id) { [now = desk.now()] build in
            build.state = .failed
            build.slot = nil
            build.failure = failure
            build.finishedAt = now
        }
        desk.board.post(.failed(failure), for: build.id)
    }

    // MARK: Removing

    private func tidyNowAndThen() async {
        while !Task.isCancelled {
            do {
                try await clock.sleep(for: Self.interval)
                try await tidy()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("build.notTidied", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Removes what is over, and folders that nothing is known of.
    func tidy() async throws {
        let folders = try await desk.builder.folders()
        let builds = try await desk.store.all()
        let used = try await desk.store.inUse()
        let over = Set(Self.over(builds, used: used, desk.settings(), at: desk.now()))
        for build in builds {
            let isGone = build.state == .built && !folders.contains(build.id)
            // First the row: nobody launches what is being removed.
            guard over.contains(build.id) || isGone, try await desk.store.remove(build, now: desk.now()) else {
                continue
            }
            await remove(build.id)
            logger.info("build.removed", metadata: ["build": "\(build.id)"])
        }
        // After the folders were read: a build that came since isn't among them.
        let known = Set(try await desk.store.all().map(\.id))
        for id in folders.subtracting(known) { await remove(id) }
    }

    /// Which builds are over: failures of yesterday, environments that nobody launched for long, and those that there
    /// is no room for, the one that was launched least lately first.
    static func over(
        _ builds: [BuildRecord],
        used: Set<String>,
        _ settings: BinderSettings,
        at now: Date,
    ) -> [String] {
        var over: [String] = []
        var bytes: Int64 = 0
        for build in builds.sorted(by: { $0.usedAt > $1.usedAt }) {
            switch build.state {
            case .waiting, .building: break
            case .failed:
                let since = build.finishedAt ?? build.askedAt
                if now.timeIntervalSince(since) > failuresKept { over.append(build.id) }
            case .built:
                bytes += build.bytes ?? 0
                let isOld = now.timeIntervalSince(build.usedAt) > settings.keptFor.seconds
                guard isOld || bytes > settings.room.bytes, !used.contains(build.id) else { continue }
                over.append(build.id)
                bytes -= build.bytes ?? 0
            }
        }
        return over
    }
}

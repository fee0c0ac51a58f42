import CarrelData
import CarrelModel
import CarrelSpawn
import Foundation
import Logging

extension MountKeeper {
    /// How many looks follow each other when each has something done.
    private static let rounds = 4
    /// How long a daemon may take until it answers; it takes some 50 ms.
    private static let longestStart = Duration.seconds(10)
    /// After how many calls without an answer a daemon is ended.
    private static let mostSilences = 3

    /// Brings a user's mounts to what is wanted, as far as that goes without waiting for others.
    ///
    /// - Returns: the daemon that runs afterwards.
    func look(at key: String) async -> MountDaemon? {
        guard let entry = entries[key] else { return nil }
        let room = room(of: entry.wanted)
        say(in: room, of: key)
        guard settings.tools.obstacle == nil else { return await show(nil, key: key) }
        var daemon: MountDaemon?
        var problems: [String: String] = [:]
        do {
            for _ in 1...Self.rounds {
                daemon = try MountDaemon.find(in: room)
                let observed = try await observe(daemon, key: key)
                guard let plan = plan(for: key) else { return daemon }
                entries[key]?.observed = observed
                if entries[key]?.open == nil { entries[key]?.open = Set(observed.mounted.keys) }
                let steps = plan.steps(for: observed).filter { step in
                    if case .mount(let name) = step { problems[name] == nil } else { true }
                }
                // Mounting takes a while: until then nobody shall find an empty folder, and write in it.
                if !steps.isEmpty, entries[key]?.open == [] { _ = await show(daemon, key: key) }
                for step in steps {
                    do {
                        try await take(step, plan, daemon, room)
                    } catch {
                        note(error, at: step, plan, &problems)
                    }
                }
                if steps.isEmpty { break }
            }
            if daemon != nil { try await hurry(key, control(room)) }
            entries[key]?.silences = 0
        } catch {
            await suspect(daemon, of: key, because: error)
            for folder in entries[key]?.wanted.folders ?? [] { problems[folder.name] = words(of: error) }
        }
        entries[key]?.problems = problems
        return await show(daemon, key: key)
    }

    private func plan(for key: String) -> UserMountPlan? {
        entries[key].map { entry in
            UserMountPlan(
                wanted: entry.wanted,
                hasServers: !(servers[key] ?? [:]).isEmpty,
                socket: "\(MountDaemon.gatewayInside)/\(settings.gatewaySocket)",
            )
        }
    }

    private func control(_ room: MountRoom) -> RcloneControl { RcloneControl(socket: room.socket, http: http) }

    // MARK: - Observing

    private func observe(_ daemon: MountDaemon?, key: String) async throws -> UserMountPlan.Observed {
        guard let entry = entries[key] else { return UserMountPlan.Observed() }
        let room = room(of: entry.wanted)
        guard daemon != nil else {
            // Once for each daemon that ended: until the next one nobody changes anything there.
            if entry.isSearched { return UserMountPlan.Observed(left: entry.observed.left) }
            let edits = CachedEdits(folder: room.cache)
            let left = try await work.run { edits.all() }
            entries[key]?.isSearched = true
            return UserMountPlan.Observed(left: left)
        }
        entries[key]?.isSearched = false
        let control = control(room)
        var observed = UserMountPlan.Observed(isRunning: true, left: entry.observed.left)
        for (place, name) in try await control.mounts() where place == MountDaemon.place(of: name) {
            let statistics = try await control.statistics(of: name)
            observed.mounted[name] = UserMountPlan.Mounted(
                gateway: try await control.remote(name),
                isReadOnly: statistics.isReadOnly,
                waiting: statistics.waiting == 0 ? [] : try await control.queue(of: name).map(\.name),
            )
            // From now on the daemon knows.
            observed.left[name] = nil
        }
        return observed
    }

    // MARK: - Acting

    private func take(
        _ step: UserMountPlan.Step,
        _ plan: UserMountPlan,
        _ daemon: MountDaemon?,
        _ room: MountRoom,
    ) async throws {
        switch step {
        case .start:
            try await rescue(plan.wanted, room)
            _ = try MountDaemon.start(in: room, gateway: settings.gateway, tools: settings.tools)
            try await waitUntilItAnswers(room)
        case .mount(let name):
            guard let daemon, let folder = plan.wanted.folders.first(where: { $0.name == name }) else { return }
            try daemon.makePlace(for: name)
            try await control(room).createRemote(name, to: plan.gateway(of: folder))
            try await control(room).mount(order(for: folder, plan))
        case .unmount(let name):
            try await control(room).unmount(MountDaemon.place(of: name))
        case .quit:
            try await control(room).quit()
            try await daemon?.process.waitForExit()
        }
    }

    /// Has what waits in folders that work again be uploaded at once.
    private func hurry(_ key: String, _ control: RcloneControl) async throws {
        guard let entry = entries[key] else { return }
        for name in entry.recovered where entry.observed.mounted[name]?.waiting.isEmpty == false {
            for upload in try await control.queue(of: name) where !upload.uploading {
                try await control.hurry(upload, of: name)
            }
        }
        entries[key]?.recovered.subtract(entry.recovered)
    }

    /// Sees to edits that rclone would forget; without that it isn't started.
    private func rescue(_ wanted: UserMounts, _ room: MountRoom) async throws {
        guard FileManager.default.fileExists(atPath: room.cache) else { return }
        guard let account = LocalAccount(uid: wanted.account.uid, gid: wanted.account.gid) else {
            throw DataFault.forbidden
        }
        let found = try await CachedEdits(folder: room.cache).rescue(as: account)
        for (folder, paths) in found {
            logger.warning("mounts.rescued", metadata: ["user": "\(wanted.key)", "files": "\(paths.count)"])
            entries[wanted.key]?.rescued[folder, default: []] += paths
        }
    }

    private func order(for folder: UserMounts.Folder, _ plan: UserMountPlan) -> RcloneMount {
        RcloneMount(
            remote: folder.name,
            place: MountDaemon.place(of: folder.name),
            uid: plan.wanted.account.uid,
            gid: plan.wanted.account.gid,
            isReadOnly: folder.isReadOnly,
            cacheBytes: settings.cache.bytes,
        )
    }

    private func waitUntilItAnswers(_ room: MountRoom) async throws {
        let end = ContinuousClock.now + Self.longestStart
        while true {
            do throws(RcloneError) {
                _ = try await control(room).version()
                return
            } catch {
                guard ContinuousClock.now < end, case .unreachable = error else { throw error }
            }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }

    /// A daemon that doesn't answer is ended: what waits is in its cache.
    private func suspect(_ daemon: MountDaemon?, of key: String, because error: any Error) async {
        logger.warning("mounts.notLookedAt", metadata: ["user": "\(key)", "error": "\(words(of: error))"])
        guard let daemon, case .silent? = error as? RcloneError else { return }
        let silences = (entries[key]?.silences ?? 0) + 1
        entries[key]?.silences = silences
        guard silences >= Self.mostSilences else { return }
        logger.error("mounts.daemonEnded", metadata: ["user": "\(key)", "after": "\(silences) silences"])
        daemon.process.send(.kill)
        entries[key]?.silences = 0
    }

    // MARK: - Showing

    /// Has every server of the user show what there is.
    private func show(_ daemon: MountDaemon?, key: String) async -> MountDaemon? {
        guard let entry = entries[key], let plan = plan(for: key) else { return daemon }
        let folders = plan.folders(for: entry.observed, open: entry.open ?? [])
        let order = { home in MountOrder(room: self.room(of: entry.wanted), home: home, folders: folders) }
        entries[key]?.open = Set(folders.filter(\.isOpen).map(\.name))
        say(in: room(of: entry.wanted), of: key)
        for (id, home) in servers[key] ?? [:] {
            do {
                guard let change = try await spawner.changeMounts(of: id, to: order(home), from: daemon) else {
                    continue
                }
                entries[key]?.problems.merge(change.problems) { $1 }
            } catch {
                logger.warning("mounts.notShown", metadata: ["server": "\(id)", "error": "\(error.message)"])
            }
        }
        if entries[key]?.problems != entry.problems { say(in: room(of: entry.wanted), of: key) }
        return daemon
    }

    private func say(in room: MountRoom, of key: String) {
        guard let entry = entries[key] else { return }
        for (folder, standing) in zip(entry.wanted.folders, standings(of: entry)) {
            do {
                let text = MountReadme.text(folder, standing: standing, origin: settings.origin())
                try room.say(text, in: folder.name)
            } catch {
                logger.error("mounts.noReadme", metadata: ["user": "\(key)", "error": "\(error.message)"])
            }
        }
    }

    private func note(
        _ error: any Error,
        at step: UserMountPlan.Step,
        _ plan: UserMountPlan,
        _ problems: inout [String: String],
    ) {
        // The hub ends: nothing has failed.
        if Task.isCancelled { return }
        let words = words(of: error)
        logger.warning("mounts.stepFailed", metadata: ["user": "\(plan.wanted.key)", "error": "\(words)"])
        switch step {
        case .mount(let name), .unmount(let name): problems[name] = words
        case .start, .quit: for folder in plan.wanted.folders { problems[folder.name] = words }
        }
    }

    private func words(of error: any Error) -> String {
        (error as? any CarrelError)?.message ?? "\(error)"
    }
}

import CNamespaces
import Glibc

extension SandboxSpawner {
    /// Looks at what the sandbox's first process sees, and mounts and unmounts in its namespace; see ``Spawner``.
    public func changeMounts(
        of id: String,
        to order: MountOrder,
        from daemon: MountDaemon?,
    ) async throws(SpawnError) -> MountChange? {
        guard changesFolders, id.isFileName else { return nil }
        let run = RunDirectory(in: options.runDirectory, id: id)
        guard let file = StatusFile(run), let people = SandboxProcesses(of: file, bootID: bootID) else { return nil }
        do {
            let sight = MountSight(namespace: try people.mountNamespace(), order: order, daemon: daemon)
            return sight.settle(mounts: people.mounts)
        } catch {
            throw .cannotPrepare(id, reason: "its mounts: \(error)")
        }
    }
}

/// Brings the mounts of one sandbox to what is ordered.
private struct MountSight {
    /// The sandbox's mount namespace.
    let namespace: Descriptor
    let order: MountOrder
    let daemon: MountDaemon?

    func settle(mounts: [SandboxMount]) -> MountChange {
        let plan = MountPlan(
            folders: order.folders,
            home: order.home,
            shelf: SandboxMount.all().source(of: order.room.shelf),
            devices: daemon?.devices ?? [:],
        )
        var change = MountChange()
        for step in plan.steps(for: mounts) {
            do {
                try take(step, plan, &change)
            } catch {
                change.problems[name(of: step)] = words(of: error)
            }
        }
        return change
    }

    private func take(_ step: MountPlan.Step, _ plan: MountPlan, _ change: inout MountChange) throws(SystemFailure) {
        switch step {
        case .detach(let mount):
            try SystemFailure.check("umount", mount.place) {
                carrel_mounts_detach(namespace.number, mount.place, mount.id)
            }
            change.closed.append(mount.place)
        case .showFolder(let name):
            try showFolder(name, at: plan.place(of: name))
        case .open(let name):
            guard let daemon, change.problems[name] == nil else { return }
            try attach(try daemon.copy(of: name), at: plan.place(of: name))
            change.opened.append(name)
        }
    }

    private func showFolder(_ name: String, at place: String) throws(SystemFailure) {
        let isEmpty = try SystemFailure.check("mkdir", place) {
            carrel_mounts_make_point(namespace.number, order.home, name)
        }
        guard isEmpty == 1 else { throw SystemFailure(call: "mkdir", path: place, number: EEXIST) }
        let folder = try Descriptor(opening: order.room.shown(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        let tree = try SystemFailure.check("open_tree", name) { carrel_mount_tree(folder.number, -1, true) }
        try attach(Descriptor(owning: tree), at: place)
    }

    private func attach(_ tree: Descriptor, at place: String) throws(SystemFailure) {
        try SystemFailure.check("move_mount", place) {
            carrel_mounts_attach(namespace.number, tree.number, place, -1, nil)
        }
    }

    private func name(of step: MountPlan.Step) -> String {
        switch step {
        case .detach(let mount): String(mount.place.dropFirst(order.home.count + 1))
        case .showFolder(let name), .open(let name): name
        }
    }

    private func words(of failure: SystemFailure) -> String {
        guard failure.number == EEXIST || failure.number == ENOTDIR else { return "\(failure)" }
        return "You have something of your own of that name. Rename it, and the folder appears."
    }
}

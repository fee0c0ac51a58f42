import CNamespaces
import CarrelModel
import Foundation
import Glibc

extension SandboxSpawner {
    /// Whether folders can come and go in servers that run, which takes root.
    public var changesFolders: Bool { privilege == .root }

    /// Looks at what the sandbox's first process sees, and mounts and unmounts in its namespace; see ``Spawner``.
    public func changeFolders(
        of id: String,
        to order: FolderOrder,
        preparing prepare: @Sendable (FolderBinding) async throws(SpawnError) -> Void,
    ) async throws(SpawnError) -> FolderChange? {
        guard changesFolders, id.isFileName else { return nil }
        let run = RunDirectory(in: options.runDirectory, id: id)
        guard let file = StatusFile(run), let owner = file.status.owner,
            let people = SandboxProcesses(of: file, bootID: bootID)
        else { return nil }
        do {
            let folders = SandboxFolders(
                namespace: try people.mountNamespace(),
                people: people,
                others: { [self] in sandboxes(but: id) },
                // The group of a server's user has the user's own number.
                account: Account(uid: owner, gid: owner),
            )
            return await FolderWork(folders: folders, order: order).carryOut(preparing: prepare)
        } catch {
            throw .cannotPrepare(id, reason: "its folders: \(error)")
        }
    }

    /// The processes of all servers but one.
    private func sandboxes(but id: String) -> [SandboxProcesses] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: options.runDirectory)) ?? []
        return names.filter { $0 != id && !$0.hasPrefix(".") }.compactMap { name in
            StatusFile(RunDirectory(in: options.runDirectory, id: name))
                .flatMap { SandboxProcesses(of: $0, bootID: bootID) }
        }
    }
}

/// Brings the folders of one sandbox to what is ordered.
private struct FolderWork {
    let folders: SandboxFolders
    let order: FolderOrder

    /// A user who renames folders all the time can have a step fail, but not for ever.
    private static let rounds = 5

    func carryOut(preparing prepare: (FolderBinding) async throws(SpawnError) -> Void) async -> FolderChange {
        var change = FolderChange()
        for round in 1...Self.rounds {
            let steps = plan().steps(for: folders.people.mounts)
            change.problems = []
            var mustLookAgain = false
            for step in steps {
                do {
                    try await take(step, &change, prepare)
                } catch let error as SystemFailure where error.number == EAGAIN || error.number == ENOENT {
                    mustLookAgain = true
                    if round == Self.rounds { giveUp(step, error, &change) }
                } catch {
                    change.problems.append("\((error as? SpawnError)?.message ?? "\(error)")")
                }
            }
            if !mustLookAgain { break }
        }
        change.ended = Array(Set(change.ended)).sorted { ($0.folder, $0.program) < ($1.folder, $1.program) }
        return change
    }

    /// What the order comes to, by what is mounted on this host now.
    private func plan() -> FolderPlan {
        let table = SandboxMount.all()
        let wanted = order.folders.compactMap { folder -> FolderPlan.Wanted? in
            guard let source = source(of: folder, table) else { return nil }
            return FolderPlan.Wanted(binding: folder, source: source)
        }
        return FolderPlan(
            wanted: wanted.sorted { $0.binding.inside < $1.binding.inside },
            shelves: order.shelves,
            home: order.home,
            parents: order.parents.compactMap { table.source(of: $0) },
            others: Set(order.others.compactMap { table.source(of: $0) }),
            closed: Self.closed,
        )
    }

    private func source(of folder: FolderBinding, _ table: [SandboxMount]) -> FolderSource? {
        guard let top = folder.top else { return table.source(of: folder.host) }
        // A link in the place of the store would lead elsewhere.
        return table.source(of: top)?.child(folder.host.dropFirst(top.count + 1))
    }

    private func take(
        _ step: FolderPlan.Step,
        _ change: inout FolderChange,
        _ prepare: (FolderBinding) async throws(SpawnError) -> Void,
    ) async throws {
        switch step {
        case .finish(let mount):
            note(await folders.finish(mount, from: mount.place, host: host(of: mount)), of: mount.place, &change)
        case .close(let mount):
            try folders.hide(mount)
            note(await folders.finish(mount, from: mount.place, host: host(of: mount)), of: mount.place, &change)
            change.closed.append(mount.place)
        case .restrict(let mount):
            note(try await folders.restrict(mount), of: mount.place, &change)
            change.changed.append(mount.place)
        case .widen(let mount):
            try folders.widen(mount)
            change.changed.append(mount.place)
        case .addShelf(let place):
            try folders.addShelf(at: place)
        case .show(let folder, let inner, let place):
            try await prepare(folder)
            try folders.show(folder, inner: inner, at: place)
            change.shown.append(place)
        }
    }

    private func note(_ closing: SandboxFolders.Closing, of place: String, _ change: inout FolderChange) {
        change.ended += closing.ended
        if !closing.isDone { change.held.append(place) }
    }

    /// What can't be closed is held; what can't be shown is for the next look.
    private func giveUp(_ step: FolderPlan.Step, _ error: SystemFailure, _ change: inout FolderChange) {
        switch step {
        case .close(let mount), .restrict(let mount): change.held.append(mount.place)
        default: change.problems.append("\(error)")
        }
    }

    /// Where the folder of a mount is on this host.
    private func host(of mount: SandboxMount) -> String? {
        let table = SandboxMount.all()
        for parent in order.parents {
            guard let source = table.source(of: parent), mount.source.isIn(source) else { continue }
            let rest = mount.source.root.dropFirst(source.root == "/" ? 1 : source.root.count + 1)
            return "\(parent)/\(rest)"
        }
        return nil
    }

    private static let closed = String(cString: carrel_mounts_closed_path())
}

import CNamespaces
import Glibc

/// Shows folders in a sandbox that runs, and closes them.
struct SandboxFolders {
    /// Its mount namespace.
    let namespace: Descriptor
    /// Its processes.
    let people: SandboxProcesses
    /// Those of other sandboxes, which may have been given what is open here.
    let others: @Sendable () -> [SandboxProcesses]
    /// Whose all files are to be.
    let account: Account

    /// How long the server's own program may take to let go of what it has open, and others may try to keep it.
    private static let patience = Duration.seconds(3)
    private static let shelfBytes: UInt32 = 65536
    private static let mostWords = 64

    // MARK: - Showing

    /// Mounts a shelf, unless the user has something of that name.
    func addShelf(at place: String) throws(SystemFailure) {
        guard try makePoint(place) else { return }
        let shelf = Descriptor(
            owning: try SystemFailure.check("fsmount", place) { carrel_mount_shelf(Self.shelfBytes) }
        )
        try SystemFailure.check("move_mount", place) {
            carrel_mounts_attach(namespace.number, shelf.number, place, -1, nil)
        }
    }

    /// Shows a folder, with another one in it before anybody sees the first.
    func show(_ folder: FolderBinding, inner: FolderBinding?, at place: String) throws(SystemFailure) {
        let tree = try tree(of: folder)
        let innerTree = try inner.map { inner throws(SystemFailure) in try self.tree(of: inner) }
        let innerName = inner.map { String($0.inside.dropFirst(folder.inside.count + 1)) }
        // A folder in one that is shown already is there.
        if folder.top == nil { try makePlace(place) }
        try SystemFailure.check("move_mount", place) {
            carrel_mounts_attach(namespace.number, tree.number, place, innerTree?.number ?? -1, innerName)
        }
    }

    private func tree(of folder: FolderBinding) throws(SystemFailure) -> Descriptor {
        let isReadOnly = folder.access == .readOnly
        if let owner = folder.owner, owner != account.uid {
            return try OwnerMapping.only(owner, as: account).mount(of: folder, isReadOnly: isReadOnly)
        }
        let opened = try folder.opened()
        return Descriptor(
            owning: try SystemFailure.check("open_tree", folder.host) {
                carrel_mount_tree(opened.number, -1, isReadOnly)
            }
        )
    }

    /// Makes the folder to show another one in, on a shelf or in the user's own.
    ///
    /// - Throws: `EEXIST` when the user has something of that name.
    private func makePlace(_ place: String) throws(SystemFailure) {
        let (parent, name) = Self.parts(of: place)
        guard let shelf = people.mounts.last(where: { $0.place == parent && $0.kind == "tmpfs" }) else {
            guard try makePoint(place) else { throw SystemFailure(call: "mkdir", path: place, number: EEXIST) }
            return
        }
        try SystemFailure.check("mkdir", place) {
            carrel_mounts_make_folder(namespace.number, shelf.place, shelf.id, name)
        }
    }

    /// Makes a folder to mount on.
    ///
    /// - Returns: whether nothing is in it.
    private func makePoint(_ place: String) throws(SystemFailure) -> Bool {
        let (parent, name) = Self.parts(of: place)
        return try SystemFailure.check("mkdir", place) { carrel_mounts_make_point(namespace.number, parent, name) } == 1
    }

    private static func parts(of place: String) -> (parent: String, name: String) {
        let slash = place.lastIndex(of: "/") ?? place.startIndex
        return (String(place[..<slash]), String(place[slash...].dropFirst()))
    }

    func widen(_ mount: SandboxMount) throws(SystemFailure) {
        try SystemFailure.check("mount_setattr", mount.place) {
            carrel_mounts_restrict(namespace.number, mount.place, mount.id, false)
        }
    }

    // MARK: - Closing

    /// How a folder was closed.
    struct Closing {
        /// Whether nothing of it is open any more.
        var isDone: Bool
        var ended: Set<FolderChange.Ended> = []
    }

    /// Takes a mount out of everybody's reach.
    func hide(_ mount: SandboxMount) throws(SystemFailure) {
        try SystemFailure.check("move_mount", mount.place) {
            carrel_mounts_hide(namespace.number, mount.place, mount.id)
        }
    }

    /// Takes a hidden mount and those on it away, which the kernel does only when nothing of them is open any more, and
    /// ends every process that has something open.
    ///
    /// - Parameters:
    ///   - mount: the one that was hidden, which gave it its place.
    ///   - place: where it was before.
    ///   - host: its folder on this host, if it is known.
    /// - Returns: whether it is away; else the server has to be stopped.
    func finish(_ mount: SandboxMount, from place: String, host: String?) async -> Closing {
        let hiding = "\(String(cString: carrel_mounts_closed_path()))/\(mount.id)"
        let folder = host.flatMap { try? Descriptor(opening: $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) }
        let subvolume = folder.flatMap { Subvolume($0) }?.id
        let device = subvolume == nil ? nil : folder.flatMap { Self.device(of: $0) }
        let word = "You aren't shown \(place) any more, so what had something of it open was ended."
        return await persist { round, ended in
            let mounts = people.mounts.filter { $0.place == hiding || $0.place.hasPrefix(hiding + "/") }
            let access = OpenAccess(mounts: Set(mounts.map(\.id)), device: device, subvolume: subvolume)
            end(people, access, .any, word: word, place: place, &ended)
            if round.isLast { for other in others() { end(other, access, .any, word: word, place: place, &ended) } }
            return mounts.reversed().allSatisfy { mount in
                carrel_mounts_remove(namespace.number, mount.place) == 0 || errno == EINVAL || errno == ENOENT
            }
        }
    }

    /// Makes a mount read-only, which the kernel does only when nothing on it is open for writing any more, and ends every
    /// process that has something open so.
    func restrict(_ mount: SandboxMount) async throws(SystemFailure) -> Closing {
        var failure: SystemFailure?
        let word = "You may only read in \(mount.place) now, so what had something of it open for writing was ended."
        let closing = await persist { round, ended in
            if carrel_mounts_restrict(namespace.number, mount.place, mount.id, true) == 0 { return true }
            guard errno == EBUSY else {
                failure = SystemFailure(call: "mount_setattr", path: mount.place, number: errno)
                return true
            }
            // A mapping of a file that was closed can't be told from one for reading: should it be that, in the end all go.
            let kind = round.number < Self.roundsForWriters ? OpenAccess.Kind.writing : .any
            let access = OpenAccess(mounts: [mount.id])
            end(people, access, kind, word: word, place: mount.place, &ended)
            if round.isLast {
                for other in others() { end(other, access, .any, word: word, place: mount.place, &ended) }
            }
            return false
        }
        if let failure { throw failure }
        return closing
    }

    private static let roundsForWriters = 8

    private struct Round {
        let number: Int
        let isLast: Bool
    }

    /// Tries until it works or the patience ends.
    private func persist(_ attempt: (Round, inout Set<FolderChange.Ended>) -> Bool) async -> Closing {
        let clock = ContinuousClock()
        let end = clock.now + Self.patience
        var closing = Closing(isDone: false)
        var pause = Duration.milliseconds(2)
        var number = 0
        while true {
            let isLast = clock.now >= end
            if attempt(Round(number: number, isLast: isLast), &closing.ended) { closing.isDone = true }
            // What the last attempt ended may take a moment to be gone.
            if closing.isDone || clock.now >= end + .seconds(1) { return closing }
            try? await clock.sleep(for: pause)
            if Task.isCancelled { return closing }
            pause = min(pause * 2, .milliseconds(100))
            number += 1
        }
    }

    /// Ends the processes that have something open, but not the server's own program.
    private func end(
        _ people: SandboxProcesses,
        _ access: OpenAccess,
        _ kind: OpenAccess.Kind,
        word: String,
        place: String,
        _ ended: inout Set<FolderChange.Ended>,
    ) {
        let essential = people.essential
        var words = 0
        var looks = OpenAccess.mostLooks
        for pid in people.all where !essential.contains(pid) && access.isHeld(by: pid, kind, looks: &looks) {
            guard let process = people.hold(pid) else { continue }
            process.tell(word)
            words += 1
            // A program that makes others all the time gets no room by it.
            if words < Self.mostWords, people.namespace == self.people.namespace,
                let number = ProcessTable.number(of: pid)
            {
                _ = carrel_mounts_leave_word(namespace.number, "\(number)", word)
            }
            ended.insert(FolderChange.Ended(program: process.name, folder: place))
            process.send(SIGKILL)
        }
    }

    private static func device(of folder: Descriptor) -> UInt64? {
        var mount: UInt64 = 0
        var device: UInt64 = 0
        return carrel_mount_of("/proc/self/fd/\(folder.number)", &mount, &device) == 0 ? device : nil
    }
}

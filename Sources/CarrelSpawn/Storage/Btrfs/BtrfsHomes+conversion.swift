import CarrelModel
import Glibc

extension BtrfsHomes {
    /// How long copying a home's names may take; its content is shared, not copied.
    private static let longestConversion = Duration.seconds(600)

    /// Makes a plain folder from before a subvolume, and removes what is left of earlier tries.
    ///
    /// One at a time: of two servers of one user that start at once, the second waits, looks again, and finds it done.
    func convertIfPlain(_ home: HomeID) async throws(SpawnError) {
        let points = RestorePointFolder(homes: folder.path, home: home)
        let lock: HomeLock
        if subvolume(home) == nil {
            lock = try await HomeLock.taken(points)
        } else {
            // Whoever holds it removes what is left.
            guard !leftovers(of: home).isEmpty, let free = try HomeLock(points) else { return }
            lock = free
        }
        defer { lock.release() }
        await removeLeftovers(of: home)
        guard subvolume(home) == nil else { return }
        await convert(home)
        await removeLeftovers(of: home)
    }

    /// Makes a plain folder a subvolume; when that can't be, it stays what it is.
    ///
    /// The subvolume is filled beside the folder, by its user so that no trick with links leads out of it, and then both
    /// change places in one step. The names tell how far it came, see ``ConversionLeftover``.
    private func convert(_ home: HomeID) async {
        guard let old = folder.opened(home), let owner = Self.owner(of: old), !isInUse(home.slug, of: home.instance),
            let parent = instanceFolder(of: home)
        else { return }
        let draft = ConversionLeftover.beginning(home).name
        do {
            try await btrfs.createSubvolume("\(folder.path)/\(home.instance)/\(draft)")
            guard let new = parent.child(draft), let number = Subvolume(new)?.id else { return }
            try await fill(new, from: old, as: owner)
            let copy = ConversionLeftover.finished(home, subvolume: number).name
            guard renameat(parent.number, draft, parent.number, copy) == 0, !isInUse(home.slug, of: home.instance)
            else { return }
            let exchange = HomeExchange(parent: parent, home: home.slug, copy: copy)
            guard exchange.run(old, for: new) else { return }
            // A sandbox that opened the home right before shows the old folder for as long as it runs.
            if isInUse(copy, of: home.instance) { _ = exchange.run(new, for: old) }
        } catch {
            // What is there of the copy goes now, or at the next start.
        }
    }

    private func fill(_ new: Descriptor, from old: Descriptor, as owner: Account) async throws(ProgramFailure) {
        guard fchown(new.number, owner.uid, owner.gid) == 0 else {
            throw .notStarted(program: "cp", reason: String(cString: strerror(errno)))
        }
        // Both by descriptor: the folders above may be closed to the user.
        let arguments = [
            "--reuid", "\(owner.uid)", "--regid", "\(owner.gid)", "--clear-groups", "--inh-caps=-all",
            "--no-new-privs", "--", "/bin/cp", "-a", "--reflink=always", "-T", "--", "/proc/self/fd/3/.",
            "/proc/self/fd/4/.",
        ]
        _ = try await ProgramRun.result(
            of: setpriv,
            arguments,
            input: [],
            descriptors: [old, new],
            within: Self.longestConversion,
        )
    }

    private static func owner(of folder: Descriptor) -> Account? {
        var facts = stat()
        guard fstat(folder.number, &facts) == 0, facts.st_uid != 0, facts.st_gid != 0 else { return nil }
        return Account(uid: facts.st_uid, gid: facts.st_gid)
    }
}

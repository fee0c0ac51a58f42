import CFiles
import CarrelModel
import Glibc

extension BtrfsHomes {
    /// How long copying a home's names may take; its content is shared, not copied.
    private static let longestConversion = Duration.seconds(600)

    /// Makes a plain folder from before a subvolume; when that can't be, it stays what it is.
    ///
    /// The subvolume is filled beside the folder, by its user so that no trick with links leads out of it, and then both
    /// change places in one step. Whatever is left of an earlier try goes first: `.converting-NAME` is either a copy that
    /// wasn't finished, or the old folder after the exchange.
    func convert(_ home: HomeID) async {
        let instance = "\(folder.path)/\(home.instance)"
        let name = ".converting-\(home.slug)"
        guard let old = folder.opened(home), let owner = Self.owner(of: old), !isInUse(home),
            await removeLeftover("\(instance)/\(name)"),
            let parent = try? Descriptor(opening: instance, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        else { return }
        do {
            try await btrfs.createSubvolume("\(instance)/\(name)")
            guard let new = parent.child(name) else { return }
            try await fill(new, from: old, as: owner)
        } catch {
            _ = await removeLeftover("\(instance)/\(name)")
            return
        }
        guard !isInUse(home), carrel_rename_exchange(parent.number, home.slug, name) == 0 else { return }
        _ = await removeLeftover("\(instance)/\(name)")
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

    /// Removes a copy that wasn't finished or an old folder; false when something of it is left.
    private func removeLeftover(_ path: String) async -> Bool {
        guard access(path, F_OK) == 0 else { return true }
        if let leftover = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
            Subvolume(leftover) != nil
        {
            return (try? await btrfs.removeSubvolume(path)) != nil
        }
        return (try? await work.run { try DirectoryEntry.removeTree(path) }) != nil
    }

    private static func owner(of folder: Descriptor) -> Account? {
        var facts = stat()
        guard fstat(folder.number, &facts) == 0, facts.st_uid != 0, facts.st_gid != 0 else { return nil }
        return Account(uid: facts.st_uid, gid: facts.st_gid)
    }

    /// Whether a sandbox shows the home at the moment: its processes would go on writing to the old folder.
    private func isInUse(_ home: HomeID) -> Bool {
        MountTable.roots(ofProcessesBut: getpid()).contains { $0.hasSuffix("/\(home.instance)/\(home.slug)") }
    }
}

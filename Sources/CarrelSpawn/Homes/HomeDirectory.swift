import Glibc

/// The folder that a user works in, one in each instance.
public enum HomeDirectory {
    /// Makes sure a home is there, belongs to its user, and is closed to others.
    ///
    /// No symbolic link is followed below `homes`. A home that was there before keeps its mode. Blocks for a few file
    /// system calls.
    ///
    /// - Parameters:
    ///   - homes: the folder of all homes; the operator's, made when missing.
    ///   - instance: the instance's name, a plain file name.
    ///   - slug: the user's name as a plain file name.
    ///   - account: whom it is for; nil for the hub's own user.
    /// - Returns: its path, `<homes>/<instance>/<slug>`.
    /// - Throws: ``SpawnError/homeOfAnother(path:owner:)`` or ``SpawnError/cannotPrepareHome(path:reason:)``.
    public static func prepare(
        in homes: String,
        instance: String,
        slug: String,
        account: Account?,
    ) throws(SpawnError) -> String {
        let path = "\(homes)/\(instance)/\(slug)"
        guard instance.isFileName, slug.isFileName else {
            throw .cannotPrepareHome(path: path, reason: "the instance or the user has no plain file name")
        }
        let owner = account ?? Account(uid: geteuid(), gid: getegid())
        do {
            try make(homes, mode: 0o711)
            let root = try Descriptor(opening: homes, O_RDONLY | O_DIRECTORY)
            let folder = try opened(instance, in: root, mode: 0o711)
            let home = try opened(slug, in: folder, mode: 0o700)
            guard try isGiven(home, to: owner) else { throw SpawnError.homeOfAnother(path: path, owner: uid(of: home)) }
        } catch let error as SpawnError {
            throw error
        } catch {
            throw .cannotPrepareHome(path: path, reason: "\(error)")
        }
        return path
    }

    /// Makes sure the folder of an instance's homes is there, and nothing in it.
    static func prepareFolder(of instance: String, in homes: String) throws(SpawnError) {
        do {
            try make(homes, mode: 0o711)
            _ = try opened(instance, in: Descriptor(opening: homes, O_RDONLY | O_DIRECTORY), mode: 0o711)
        } catch {
            throw .cannotPrepareHome(path: "\(homes)/\(instance)", reason: "\(error)")
        }
    }

    /// Makes sure a home has an empty folder to show another one in, as far as its user lets us.
    ///
    /// - Parameters:
    ///   - name: a plain file name; it may begin with a dot.
    ///   - home: the home's path, as ``prepare(in:instance:slug:account:)`` gave it.
    /// - Returns: whether a folder of that name is there now; the user may have something else of that name, or no room.
    public static func makeMountPoint(_ name: String, in home: String) -> Bool {
        guard let folder = try? Descriptor(opening: home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return false }
        let isNew = mkdirat(folder.number, name, 0o700) == 0
        if !isNew && errno != EEXIST { return false }
        guard let point = folder.child(name) else { return false }
        var facts = stat()
        // What this user was given must not be the hub's, or they couldn't remove it.
        if isNew, fstat(folder.number, &facts) == 0 { _ = fchown(point.number, facts.st_uid, facts.st_gid) }
        return true
    }

    /// Whether a home has a folder of that name, no link, with nothing in it.
    public static func isEmptyFolder(_ name: String, in home: String) -> Bool {
        guard let folder = try? Descriptor(opening: home, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return false }
        return folder.child(name).map { isEmpty($0) } ?? false
    }

    /// Whether a folder is there and can be opened.
    public static func isFolder(_ path: String) -> Bool {
        (try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY)) != nil
    }

    private static func make(_ path: String, mode: mode_t) throws(SystemFailure) {
        if mkdir(path, mode) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
    }

    private static func opened(_ name: String, in folder: Descriptor, mode: mode_t) throws(SystemFailure) -> Descriptor
    {
        let isNew = mkdirat(folder.number, name, 0o700) == 0
        if !isNew && errno != EEXIST { throw SystemFailure(call: "mkdir", path: name, number: errno) }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let child = Descriptor(owning: try SystemFailure.check("open", name) { openat(folder.number, name, flags) })
        if isNew { try SystemFailure.check("chmod", name) { fchmod(child.number, mode) } }
        return child
    }

    /// Gives a home to its user, unless it is somebody else's already.
    ///
    /// An empty one that belongs to the hub was left by a hub that was killed right after making it.
    private static func isGiven(_ home: Descriptor, to owner: Account) throws(SystemFailure) -> Bool {
        let current = uid(of: home)
        if current == owner.uid { return true }
        guard current == geteuid(), isEmpty(home) else { return false }
        try SystemFailure.check("chown") { fchown(home.number, owner.uid, owner.gid) }
        return true
    }

    private static func uid(of folder: Descriptor) -> UInt32 {
        var facts = stat()
        return fstat(folder.number, &facts) == 0 ? facts.st_uid : .max
    }

    private static func isEmpty(_ folder: Descriptor) -> Bool {
        DirectoryEntry.names(in: folder).isEmpty
    }
}

import Glibc

/// The folder with a home's restore points: `<homes>/.restore/<instance>/<slug>`.
///
/// What is above it is closed to all but the hub: only who is given the folder itself, as a server or a helper is, comes
/// to what is in it, and there the snapshots have the rights that the home had.
struct RestorePointFolder {
    let homes: String
    let home: HomeID

    /// Its absolute path.
    var path: String { "\(homes)/.restore/\(home.instance)/\(home.slug)" }

    /// Absolute path of the file that ``HomeLock`` locks: beside it, where only the hub comes.
    var lockPath: String { "\(homes)/.restore/\(home.instance)/.lock-\(home.slug)" }

    /// Opens it; nil when there is none.
    func opened() -> Descriptor? {
        guard home.isPlain, let top = try? Descriptor(opening: homes, O_RDONLY | O_DIRECTORY) else { return nil }
        return top.child(".restore/\(home.instance)/\(home.slug)")
    }

    /// Makes sure it is there.
    func make() throws(SpawnError) {
        do {
            try Self.make("\(homes)/.restore", mode: 0o700)
            try Self.make("\(homes)/.restore/\(home.instance)", mode: 0o700)
            try Self.make(path, mode: 0o755)
        } catch {
            throw .cannotPrepareHome(path: path, reason: "\(error)")
        }
    }

    private static func make(_ path: String, mode: mode_t) throws(SystemFailure) {
        if mkdir(path, 0o700) < 0 {
            if errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
        }
        // Also for one that a hub left right after making it.
        try SystemFailure.check("chmod", path) { chmod(path, mode) }
    }
}

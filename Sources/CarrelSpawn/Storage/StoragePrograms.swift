import Glibc

/// The programs of the system that storage needs, by absolute path.
public struct StoragePrograms: Sendable, Equatable {
    /// btrfs-progs: `btrfs`.
    public var btrfs = found("btrfs")
    /// btrfs-progs: `mkfs.btrfs`.
    public var makeFileSystem = found("mkfs.btrfs")
    /// util-linux: `mount`.
    public var mount = found("mount")
    /// util-linux: `losetup`.
    public var loopSetup = found("losetup")
    /// util-linux: `setpriv`.
    public var setpriv = found("setpriv")

    /// Looks for the programs where systems have them; the environment isn't asked.
    public init() {}

    /// Whether homes on btrfs can be looked after.
    public var haveBtrfs: Bool { access(btrfs, X_OK) == 0 }

    private static func found(_ name: String) -> String {
        let places = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/local/bin/", "/usr/local/sbin/"]
        return places.map { $0 + name }.first { access($0, X_OK) == 0 } ?? "/usr/bin/" + name
    }
}

import CNamespaces
import Glibc

/// The writable layer that lies over a server's software for as long as it runs.
///
/// It is memory of the server's own, in its process's own mounts: when the last process of the server ends the kernel
/// throws it away, whatever else happens. What is written over the environment and `/usr/local` goes there, so
/// that `pip install` and the like work for the session; `/var` and `/opt` are all new.
///
/// The environment's files are shown as the user's own, whoever's they are: nothing in it may be secret.
struct ThrowAwayLayer {
    /// A tree that lies under the layer.
    struct Tree {
        /// Its path, outside and inside alike.
        let path: String
        /// A copy of its mount.
        let mount: Descriptor
    }

    /// Where the layer is mounted: a folder of the run directory.
    let folder: String
    let account: Account
    let bytes: Int
    let trees: [Tree]

    /// New folders of the user's own.
    private static let newFolders = ["opt", "var", "var/cache", "var/lib", "var/log", "var/spool"]
    /// Programs that the operator installed: shown with their owners, so that what is only root's stays that.
    private static let localPrograms = "/usr/local"
    /// Folders that programs install into; in the layer they belong to the user although those below are root's.
    private static let localFolders = ["bin", "etc", "include", "lib", "sbin", "share", "src"]

    /// Takes copies of the trees' mounts.
    ///
    /// - Parameters:
    ///   - folder: where the layer is to be.
    ///   - environment: the folder of the environment; nil for none.
    ///   - account: whose the environment's files will seem to be.
    ///   - bytes: how much may be written.
    /// - Throws: what the system refuses; an unknown file system that can't show other owners is no reason: its files
    ///   stay root's, and new ones may be laid beside them.
    init(folder: String, environment: String?, account: Account, bytes: Int) throws(SystemFailure) {
        self.folder = folder
        self.account = account
        self.bytes = bytes
        let mapping = try OwnerMapping.root(as: account).namespace()
        var trees: [Tree] = []
        if access(Self.localPrograms, F_OK) == 0 {
            let copy = try SystemFailure.check("open_tree", Self.localPrograms) {
                carrel_mount_copy(Self.localPrograms, -1)
            }
            trees.append(Tree(path: Self.localPrograms, mount: Descriptor(owning: copy)))
        }
        if let environment { trees.append(Tree(path: environment, mount: try Self.copy(of: environment, mapping))) }
        self.trees = trees
    }

    private static func copy(of path: String, _ mapping: Descriptor) throws(SystemFailure) -> Descriptor {
        if let mapped = try mapped(path, mapping) { return mapped }
        return Descriptor(owning: try SystemFailure.check("open_tree", path) { carrel_mount_copy(path, -1) })
    }

    /// A copy of the mount of a folder in which root's files seem another's; nil when its file system can't be mapped.
    private static func mapped(_ path: String, _ mapping: Descriptor) throws(SystemFailure) -> Descriptor? {
        let mapped = carrel_mount_copy(path, mapping.number)
        if mapped >= 0 { return Descriptor(owning: mapped) }
        // EINVAL: the file system can't be mapped; EPERM: it is mapped already.
        guard errno == EINVAL || errno == EPERM else {
            throw SystemFailure(call: "mount_setattr", path: path, number: errno)
        }
        return nil
    }

    /// Whether the files of a folder can be shown as an account's own.
    static func canShow(_ path: String, as account: Account) throws(SystemFailure) -> Bool {
        try mapped(path, OwnerMapping.root(as: account).namespace()) != nil
    }

    /// What the server's process does to have the layer, with mounts of its own.
    var steps: [LaunchStep] {
        let root = Account(uid: 0, gid: 0)
        var steps: [LaunchStep] = [.memory(at: folder, bytes: bytes), .go(folder)]
        for (index, tree) in trees.enumerated() {
            steps.append(.folder("\(index)", mode: 0o755, owner: root))
            steps.append(.folder("\(index)/lower", mode: 0o755, owner: root))
            steps.append(.folder("\(index)/upper", mode: 0o755, owner: account))
            steps.append(.folder("\(index)/work", mode: 0o755, owner: root))
            steps.append(.folder("\(index)/whole", mode: 0o755, owner: root))
            steps.append(.attach(tree.mount, at: "\(index)/lower"))
            if tree.path == Self.localPrograms {
                for name in Self.localFolders {
                    steps.append(.folder("\(index)/upper/\(name)", mode: 0o755, owner: account))
                }
            }
            steps.append(
                .overlay(
                    at: "\(index)/whole",
                    lower: "\(index)/lower",
                    upper: "\(index)/upper",
                    work: "\(index)/work",
                )
            )
        }
        return steps + Self.newFolders.map { .folder($0, mode: 0o755, owner: account) }
            + [.folder("runtime", mode: 0o700, owner: account)]
    }

    /// What becomes the server's XDG_RUNTIME_DIR.
    var runtimeFolder: String { "\(folder)/runtime" }

    /// The folders the sandbox shows of it.
    var bindings: [FolderBinding] {
        ["opt", "var"].map { FolderBinding(host: "\(folder)/\($0)", inside: "/\($0)", access: .readWrite) }
            + trees.enumerated().map {
                FolderBinding(host: "\(folder)/\($0.offset)/whole", inside: $0.element.path, access: .readWrite)
            }
    }
}

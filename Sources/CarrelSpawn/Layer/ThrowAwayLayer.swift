import CNamespaces
import Glibc

/// The writable layer that lies over a server's software for as long as it runs.
///
/// It is memory of the server's own, in its process's own mounts: when the last process of the server ends the kernel
/// throws it away, whatever else happens. What is written over the environment, `/usr/local` and `/opt` goes there, so
/// that `pip install` and the like work for the session; `/var` is all new.
struct ThrowAwayLayer {
    /// A tree that lies under the layer, with its owner changed to the server's user.
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

    /// Folders in `/var` that programs expect to be able to write to.
    private static let volatileFolders = ["cache", "lib", "log", "spool"]
    /// Folders that programs install into; in the layer they belong to the user although those below are root's.
    private static let localFolders = ["bin", "etc", "include", "lib", "sbin", "share", "src"]

    /// Takes copies of the trees' mounts.
    ///
    /// - Parameters:
    ///   - folder: where the layer is to be.
    ///   - environment: the folder of the environment; nil for none.
    ///   - account: whose the files will seem to be.
    ///   - bytes: how much may be written.
    /// - Throws: what the system refuses; an unknown file system that can't show other owners is no reason: its files
    ///   stay root's, and new ones may be laid beside them.
    init(folder: String, environment: String?, account: Account, bytes: Int) throws(SystemFailure) {
        self.folder = folder
        self.account = account
        self.bytes = bytes
        let mapping = Descriptor(
            owning: try SystemFailure.check("clone") { carrel_mapping_namespace(account.uid, account.gid) }
        )
        var trees: [Tree] = []
        for path in ["/opt", "/usr/local"] + (environment.map { [$0] } ?? []) where access(path, F_OK) == 0 {
            trees.append(Tree(path: path, mount: try Self.copy(of: path, mapping)))
        }
        self.trees = trees
    }

    private static func copy(of path: String, _ mapping: Descriptor) throws(SystemFailure) -> Descriptor {
        let mapped = carrel_mount_copy(path, mapping.number)
        if mapped >= 0 { return Descriptor(owning: mapped) }
        // EINVAL: the file system can't be mapped; EPERM: it is mapped already.
        guard errno == EINVAL || errno == EPERM else {
            throw SystemFailure(call: "mount_setattr", path: path, number: errno)
        }
        return Descriptor(owning: try SystemFailure.check("open_tree", path) { carrel_mount_copy(path, -1) })
    }

    /// What the server's process does to have the layer.
    var steps: [LaunchStep] {
        let root = Account(uid: 0, gid: 0)
        var steps: [LaunchStep] = [.privateMounts, .memory(at: folder, bytes: bytes), .go(folder)]
        for (index, tree) in trees.enumerated() {
            steps.append(.folder("\(index)", mode: 0o755, owner: root))
            steps.append(.folder("\(index)/lower", mode: 0o755, owner: root))
            steps.append(.folder("\(index)/upper", mode: 0o755, owner: account))
            steps.append(.folder("\(index)/work", mode: 0o755, owner: root))
            steps.append(.folder("\(index)/whole", mode: 0o755, owner: root))
            steps.append(.attach(tree.mount, at: "\(index)/lower"))
            if tree.path == "/usr/local" {
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
        steps.append(.folder("var", mode: 0o755, owner: account))
        for name in Self.volatileFolders { steps.append(.folder("var/\(name)", mode: 0o755, owner: account)) }
        return steps
    }

    /// The folders the sandbox shows of it.
    var bindings: [FolderBinding] {
        [FolderBinding(host: "\(folder)/var", inside: "/var", access: .readWrite)]
            + trees.enumerated().map {
                FolderBinding(host: "\(folder)/\($0.offset)/whole", inside: $0.element.path, access: .readWrite)
            }
    }
}

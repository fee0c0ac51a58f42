/// What bubblewrap is told to build for a server.
///
/// Pure: compared with golden files in the tests.
///
/// All of it goes to bubblewrap through a file in memory (`--args`), because an argument list can be read by every
/// user of the host and, as that of process 1, by the server: it would show tokens and paths.
struct SandboxArguments {
    /// What the hub itself may do, and so how strong the sandbox is.
    enum Privilege: Equatable {
        /// The server gets its own uid, by setpriv.
        case root
        /// The server keeps the hub's uid, in a user namespace.
        case ordinary
    }

    let order: StartOrder
    /// Whom the server runs as.
    let account: Account
    let run: RunDirectory
    let layout: SystemLayout
    let options: SandboxOptions
    let privilege: Privilege
    /// What was put up before: folders of it to show.
    var bindings: [FolderBinding] = []
    /// What becomes XDG_RUNTIME_DIR; nil for the run's own folder.
    var runtime: String?
    /// Whether the run's own terminals are mounted in its folder for them.
    var hasOwnTerminals = false
    /// Environment variables that tell of the walls.
    var wallVariables: [String: String] = [:]
    /// Whether the descriptor of a filter of system calls is given.
    var hasFilter = false
    /// Whether the run has a `resolv.conf` of its own.
    var hasOwnResolver = false
    /// Where the whole of `/etc` was put together; nil to show its parts one by one.
    var configurationFolder: String?

    /// Descriptor numbers that the process is given besides standard input, output and error.
    static let argumentsDescriptor = 3
    static let statusDescriptor = 4
    static let filterDescriptor = 5

    /// What follows `bwrap` on its command line: nothing that may not be seen.
    var command: [String] {
        ["--args", "\(Self.argumentsDescriptor)", "--"] + becoming + order.command
    }

    /// What goes into the file in memory.
    var hidden: [String] {
        filter + namespaces + system + configuration + volatileFolders + carrelFolders + userFolders
            // Late, because everything shown after it takes the longer for all that is mounted in it.
            + (configurationFolder.map { ["--ro-bind", $0, "/etc"] } ?? [])
            // Last, so that what was mounted on the way is in place; the root itself is a small tmpfs.
            + ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", homeInside]
            + environmentVariables
    }

    private var homeInside: String { "/home/\(order.unixName)" }
    private var runtimeInside: String { "/run/user/\(account.uid)" }

    private var filter: [String] {
        hasFilter ? ["--seccomp", "\(Self.filterDescriptor)"] : []
    }

    private var namespaces: [String] {
        ["--json-status-fd", "\(Self.statusDescriptor)"]
            + (privilege == .ordinary ? ["--unshare-user"] : [])
            + ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--new-session"]
    }

    private var system: [String] {
        ["--ro-bind", "/usr", "/usr"]
            + layout.links.flatMap { ["--symlink", $0.target, "/\($0.name)"] }
            + layout.folders.flatMap { ["--ro-bind", "/\($0)", "/\($0)"] }
            + ["--proc", "/proc", "--dev", "/dev"] + terminals
    }

    private var terminals: [String] {
        hasOwnTerminals ? ["--dev-bind", run.terminalFolder, "/dev/pts"] : []
    }

    private var configuration: [String] {
        if configurationFolder != nil { return ["--dir", "/etc"] }
        return ["--dir", "/etc"]
            + layout.configuration.flatMap { ["--ro-bind", "/etc/\($0)", "/etc/\($0)"] }
            + (hasOwnResolver ? [] : layout.resolver.map { ["--ro-bind", $0, "/etc/resolv.conf"] } ?? [])
            + SandboxFiles.names(hasOwnResolver: hasOwnResolver).flatMap {
                ["--ro-bind", "\(run.configurationFolder)/\($0)", "/etc/\($0)"]
            }
    }

    private var volatileFolders: [String] {
        ["--size", "\(options.sharedMemoryBytes)", "--perms", "1777", "--tmpfs", "/dev/shm"]
            + ["--size", "\(options.temporaryBytes)", "--perms", "1777", "--tmpfs", "/tmp"]
            + ["--dir", "/var"] + walls + ["--symlink", "../tmp", "/var/tmp"]
    }

    /// The throw-away layer's folders, and the server's own control group.
    ///
    /// The environment comes with the user's folders.
    private var walls: [String] {
        bindings.filter { $0.inside != order.environment }.flatMap { binding in
            // `/usr` is the system's, mounted before.
            Self.parents(of: binding.inside).filter { $0 != "/usr" }.flatMap { ["--dir", $0] }
                + [Self.option(binding.access), binding.host, binding.inside]
        }
    }

    private static func option(_ access: FolderBinding.Access) -> String {
        access == .readOnly ? "--ro-bind" : "--bind"
    }

    /// Folders on the way are named too: those that bubblewrap makes by itself are closed to the user when it is root.
    private var carrelFolders: [String] {
        ["--dir", "/run", "--dir", "/run/carrel", "--dir", "/run/user"]
            + ["--bind", run.serverFolder, "/run/carrel/server"]
            + ["--ro-bind", order.hubDirectory, StartOrder.hubDirectoryInside]
            + ["--bind", runtime ?? run.runtimeFolder, runtimeInside]
    }

    private var userFolders: [String] {
        var bindings = [FolderBinding(host: order.home, inside: homeInside, access: .readWrite)]
        if let environment = order.environment {
            let layered = self.bindings.first { $0.inside == environment }
            bindings.append(layered ?? FolderBinding(host: environment, inside: environment, access: .readOnly))
        }
        bindings += order.folders.sorted { $0.inside < $1.inside }
        var made: Set<String> = ["/etc", "/run", "/run/carrel", "/run/user", "/var", "/tmp", "/dev", "/proc"]
        var arguments: [String] = []
        for binding in bindings where !Self.isShown(binding) {
            for parent in Self.parents(of: binding.inside) where made.insert(parent).inserted {
                if order.shelves.contains(parent) {
                    arguments += ["--size", "65536", "--perms", "0755", "--tmpfs", parent]
                    continue
                }
                if bindings.contains(where: { parent == $0.inside || parent.hasPrefix($0.inside + "/") }) { continue }
                arguments += ["--dir", parent]
            }
            arguments += [Self.option(binding.access), binding.host, binding.inside]
        }
        // Those that hold no folder aren't there.
        return arguments + order.shelves.filter { made.contains($0) }.flatMap { ["--remount-ro", $0] }
    }

    /// Whether a folder is part of the read-only system anyway.
    private static func isShown(_ binding: FolderBinding) -> Bool {
        binding.host == binding.inside && binding.access == .readOnly && binding.inside.hasPrefix("/usr/")
    }

    /// `/a` and `/a/b` for `/a/b/c`.
    private static func parents(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { "/" + parts[parts.startIndex...$0].joined(separator: "/") }
    }

    private var environmentVariables: [String] {
        var variables = [
            "HOME": homeInside,
            "USER": order.unixName,
            "LOGNAME": order.unixName,
            "SHELL": "/bin/bash",
            "PATH": ((order.environment.map { ["\($0)/bin"] } ?? []) + ["/usr/local/bin", "/usr/bin", "/bin"])
                .joined(separator: ":"),
            "LANG": "C.UTF-8",
            "TMPDIR": "/tmp",
            "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",
            "XDG_RUNTIME_DIR": runtimeInside,
        ]
        variables.merge(wallVariables) { _, wall in wall }
        variables.merge(order.variables) { _, ordered in ordered }
        return ["--clearenv"] + variables.sorted { $0.key < $1.key }.flatMap { ["--setenv", $0.key, $0.value] }
    }

    /// What the sandbox runs first, to become the user for good.
    private var becoming: [String] {
        guard privilege == .root else { return [] }
        let groups = account.groups.map { "\($0.gid)" }.joined(separator: ",")
        return [
            options.setpriv, "--reuid", "\(account.uid)", "--regid", "\(account.gid)",
            groups.isEmpty ? "--clear-groups" : "--groups=\(groups)",
            "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", "--",
        ]
    }
}

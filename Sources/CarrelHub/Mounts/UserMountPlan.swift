import CarrelData
import CarrelSpawn

/// What to do next for the mounts of a user.
///
/// Pure: same arguments, same answer. An edit that waits to be uploaded keeps its folder mounted, and so the daemon, with
/// and without a server.
struct UserMountPlan {
    enum Step: Equatable {
        case start
        case unmount(String)
        case mount(String)
        case quit
    }

    /// What the daemon has mounted.
    struct Mounted: Equatable {
        /// Where it leads; nil when that isn't known any more.
        var gateway: RcloneGateway?
        var isReadOnly: Bool
        var waiting: [String]
    }

    struct Observed: Equatable {
        var isRunning = false
        /// By the folder's name.
        var mounted: [String: Mounted] = [:]
        /// Edits that lie in the cache, by the folder's name, as long as no daemon tells of them.
        var left: [String: [String]] = [:]
    }

    let wanted: UserMounts
    let hasServers: Bool
    /// The socket of the gateway as the daemon sees it.
    let socket: String

    /// The steps that can be taken now; what follows from them is for the next look.
    func steps(for observed: Observed) -> [Step] {
        guard observed.isRunning else { return wanted.folders.contains { isNeeded($0, observed) } ? [.start] : [] }
        var steps: [Step] = []
        for (name, mounted) in observed.mounted.sorted(by: { $0.key < $1.key })
        where isInTheWay(name, mounted, observed) {
            steps.append(.unmount(name))
        }
        for folder in wanted.folders where observed.mounted[folder.name] == nil && isNeeded(folder, observed) {
            steps.append(.mount(folder.name))
        }
        return steps.isEmpty && observed.mounted.isEmpty ? [.quit] : steps
    }

    /// Which folders servers are to show, and whether what is mounted or the reason why not.
    ///
    /// - Parameters:
    ///   - observed: what the daemon has.
    ///   - open: in which the files were to be seen before: they stay so while the other side is away for a while.
    /// - Returns: all of the wanted ones.
    func folders(for observed: Observed, open: Set<String>) -> [MountOrder.Folder] {
        wanted.folders.map { folder in
            let isUseful = folder.isUsable || folder.isPassing && open.contains(folder.name)
            return MountOrder.Folder(name: folder.name, isOpen: isUseful && observed.mounted[folder.name] != nil)
        }
    }

    /// Where a folder leads.
    func gateway(of folder: UserMounts.Folder) -> RcloneGateway {
        RcloneGateway(socket: socket, path: folder.path, token: wanted.token)
    }

    /// Edits go up as soon as the connection lets them; they are tried again and again by rclone itself.
    private func isNeeded(_ folder: UserMounts.Folder, _ observed: Observed) -> Bool {
        observed.left[folder.name] != nil || hasServers && folder.isUsable
    }

    private func isInTheWay(_ name: String, _ mounted: Mounted, _ observed: Observed) -> Bool {
        guard let folder = wanted.folders.first(where: { $0.name == name }) else { return mounted.waiting.isEmpty }
        // Mounted anew, the edits in the cache go on waiting.
        if mounted.gateway != gateway(of: folder) || mounted.isReadOnly != folder.isReadOnly { return true }
        return !hasServers && mounted.waiting.isEmpty
    }
}

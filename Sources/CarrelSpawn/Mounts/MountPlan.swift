/// What to do so that a sandbox shows the mounts it should.
///
/// Pure: same arguments, same answer. In each place there are two mounts: below the folder that says how things are, and on
/// it, while there is one, what rclone has mounted.
struct MountPlan {
    enum Step: Equatable {
        /// Takes a mount away.
        case detach(SandboxMount)
        /// Shows the folder that says how things are.
        case showFolder(String)
        /// Shows what is mounted, on that folder.
        case open(String)
    }

    let folders: [MountOrder.Folder]
    /// The server's home inside.
    let home: String
    /// What the folders that say how things are, are in.
    let shelf: FolderSource?
    /// What the daemon has mounted: file systems by the folders' names.
    let devices: [String: String]

    /// The steps, those that take something away first, upper mounts before lower ones.
    func steps(for mounts: [SandboxMount]) -> [Step] {
        let ours = mounts.filter { $0.place.hasPrefix(home + "/") && (isRemote($0) || isFolder($0)) }
        let gone = ours.filter { !isWanted($0) }
        let left = ours.filter { !gone.contains($0) }
        var steps = gone.reversed().map { Step.detach($0) }
        for folder in folders {
            let there = left.filter { $0.place == place(of: folder.name) }
            if !there.contains(where: isFolder) { steps.append(.showFolder(folder.name)) }
            if folder.isOpen, devices[folder.name] != nil, !there.contains(where: isRemote) {
                steps.append(.open(folder.name))
            }
        }
        return steps
    }

    func place(of folder: String) -> String { "\(home)/\(folder)" }

    private func isRemote(_ mount: SandboxMount) -> Bool { mount.kind == MountDaemon.fileSystem }

    private func isFolder(_ mount: SandboxMount) -> Bool { shelf.map { mount.source.isIn($0) } ?? false }

    /// One that a dead rclone left is of a file system that the new one doesn't have.
    private func isWanted(_ mount: SandboxMount) -> Bool {
        guard let folder = folders.first(where: { place(of: $0.name) == mount.place }) else { return false }
        if isRemote(mount) { return folder.isOpen && devices[folder.name] == mount.source.device }
        return shelf?.child(folder.name) == mount.source
    }
}

/// Folders whose files a server finds as its own user's: mounts that its process attaches before it builds the sandbox.
struct MappedFolders {
    /// What the server's process does to have them, with mounts of its own.
    private(set) var steps: [LaunchStep] = []
    /// All folders, those that are mapped from where they are attached.
    private(set) var bindings: [FolderBinding] = []

    /// The mount that holds the places to attach to.
    private static let bytes = 1 << 16

    /// Takes copies of the mounts.
    ///
    /// - Parameters:
    ///   - folders: all that the server sees.
    ///   - place: a folder of the run directory, in which they are attached.
    ///   - account: whose the files will seem to be; nil when all are the hub's own user's anyway.
    /// - Throws: what the system refuses, such as `EINVAL` for a file system that can't show other owners.
    init(_ folders: [FolderBinding], at place: String, as account: Account?) throws(SystemFailure) {
        for (index, folder) in folders.enumerated() {
            var folder = folder
            if let account, let owner = folder.owner, owner != account.uid {
                if steps.isEmpty { steps.append(.memory(at: place, bytes: Self.bytes)) }
                let copy = try OwnerMapping.only(owner, as: account).mount(of: folder)
                folder.host = "\(place)/\(index)"
                steps.append(.folder(folder.host, mode: 0o755, owner: Account(uid: 0, gid: 0)))
                steps.append(.attach(copy, at: folder.host))
            }
            bindings.append(folder)
        }
    }
}

import Glibc

/// The folders of projects and of the operator on the disk: `<homes>/.projects/NAME`, `<homes>/.shared/NAME`.
struct CommonFolders {
    /// The folder of all homes.
    let homes: String

    /// Where a folder is or would be.
    func path(of folder: CommonFolder) -> String { "\(homes)/\(folder.parent)/\(folder.name)" }

    /// Opens one without following links; nil when there is none.
    func opened(_ folder: CommonFolder) -> Descriptor? { top?.child("\(folder.parent)/\(folder.name)") }

    /// The folders of all of each kind.
    var parents: [String] { ["\(homes)/.projects", "\(homes)/.shared", "\(homes)/.hand-outs"] }

    /// Whether a project folder has a store: a folder, no link.
    func hasStore(_ folder: CommonFolder) -> Bool {
        guard case .project = folder else { return false }
        return opened(folder)?.child(CommonFolder.store) != nil
    }

    /// Makes a project folder's store, unless something has its name.
    private func makeStore(of folder: CommonFolder, in opened: Descriptor, _ owner: UInt32, _ group: UInt32) {
        guard case .project = folder else { return }
        let isNew = mkdirat(opened.number, CommonFolder.store, 0o700) == 0
        var facts = stat()
        guard isNew || errno == EEXIST, let store = opened.child(CommonFolder.store),
            fstat(store.number, &facts) == 0, facts.st_uid == geteuid(), facts.st_uid != owner,
            DirectoryEntry.names(in: store).isEmpty
        else { return }
        // Also of a hub that was killed right after making it.
        _ = fchown(store.number, owner, group)
    }

    /// Those that are there.
    func all() -> [CommonFolder] { top.map { CommonFolder.all(in: $0) } ?? [] }

    private var top: Descriptor? { try? Descriptor(opening: homes, O_RDONLY | O_DIRECTORY) }

    /// Makes sure that the folder of all of its kind is there.
    func makeParent(of folder: CommonFolder) throws(SpawnError) {
        try checked(folder) { () throws(SystemFailure) in
            try make(homes, mode: 0o711)
            try make("\(homes)/\(folder.parent)", mode: 0o700)
        }
    }

    /// Makes sure that a folder is there and belongs to its owner.
    ///
    /// An empty one of the hub's was left by a hub that was killed right after making it.
    func make(_ folder: CommonFolder, owner: UInt32?) throws(SpawnError) {
        let path = path(of: folder)
        try checked(folder) { () throws(SystemFailure) in
            if mkdir(path, 0o700) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
        }
        guard let opened = opened(folder) else {
            throw .cannotPrepareFolder(path: path, reason: "it is no folder")
        }
        let owner = owner ?? geteuid()
        let group = owner == geteuid() ? getegid() : owner
        var facts = stat()
        try checked(folder) { () throws(SystemFailure) in
            try SystemFailure.check("stat", path) { fstat(opened.number, &facts) }
            if facts.st_uid == geteuid(), facts.st_uid != owner, DirectoryEntry.names(in: opened).isEmpty {
                try SystemFailure.check("chown", path) { fchown(opened.number, owner, group) }
                facts.st_uid = owner
            }
        }
        guard facts.st_uid == owner else {
            let reason = "it belongs to the user number \(facts.st_uid), perhaps to an earlier group of this name"
            throw .cannotPrepareFolder(path: path, reason: reason)
        }
        makeStore(of: folder, in: opened, owner, group)
        guard geteuid() != 0 || CommonFolderCheck.canShowOthers(path) else {
            throw .cannotPrepareFolder(path: path, reason: "its file system can't show files as several people's own")
        }
    }

    /// Removes one with all in it.
    func remove(_ folder: CommonFolder) throws(SpawnError) {
        guard folder.name.isFileName, let parent = top?.child(folder.parent) else { return }
        try checked(folder) { () throws(SystemFailure) in try FolderRemoval.run(folder.name, in: parent) }
    }

    private func make(_ path: String, mode: mode_t) throws(SystemFailure) {
        if mkdir(path, mode) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
    }

    private func checked(_ folder: CommonFolder, _ body: () throws(SystemFailure) -> Void) throws(SpawnError) {
        do {
            try body()
        } catch {
            throw .cannotPrepareFolder(path: path(of: folder), reason: "\(error)")
        }
    }
}

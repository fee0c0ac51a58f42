import CarrelModel
import Glibc

extension BtrfsHomes {
    /// What conversions of a home have beside it at the moment.
    func leftovers(of home: HomeID) -> [ConversionLeftover] {
        guard let parent = instanceFolder(of: home) else { return [] }
        return DirectoryEntry.names(in: parent)
            .compactMap { ConversionLeftover(name: String(nulTerminated: $0), of: home) }
    }

    /// Removes what conversions that are over left of a home, as far as it is certain that nobody needs it.
    ///
    /// To be called by who has the home's ``HomeLock``. What can't be removed now is found again at the next start.
    func removeLeftovers(of home: HomeID) async {
        for leftover in leftovers(of: home) where !isInUse(leftover.name, of: home.instance) {
            // Without the home, its copies may be all there is.
            guard let now = folder.opened(home), let found = instanceFolder(of: home)?.child(leftover.name) else {
                continue
            }
            let path = "\(folder.path)/\(home.instance)/\(leftover.name)"
            switch leftover.fate(itself: Subvolume(found)?.id, home: Subvolume(now)?.id) {
            case .keep: break
            case .removeSubvolume: try? await btrfs.removeSubvolume(path)
            case .removeFolder: try? await work.run { try DirectoryEntry.removeTree(path) }
            }
        }
    }

    /// Opens the folder that a home is in; it belongs to the hub.
    func instanceFolder(of home: HomeID) -> Descriptor? {
        try? Descriptor(opening: "\(folder.path)/\(home.instance)", O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Whether a sandbox shows a folder at the moment: its processes would go on writing to it.
    func isInUse(_ name: String, of instance: String) -> Bool {
        let source = MountTable.entry(of: folder.path)?.source
        return MountTable.entries(ofProcessesBut: getpid()).contains { entry in
            entry.source == source && entry.root.hasSuffix("/\(instance)/\(name)")
        }
    }
}

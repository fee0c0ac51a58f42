import Glibc

/// What is on the disk of the homes of one instance: `<homes>/<instance>/…` and `<homes>/.restore/<instance>/…`.
///
/// Looked up by name without following a link. Nothing here goes into a home.
public struct InstanceRemains: Sendable {
    private let folder: HomesFolder

    /// Names the folder of all homes, by its absolute path.
    public init(homes: String) {
        folder = HomesFolder(path: homes)
    }

    /// The homes that are there, or have restore points.
    public func homes(of instance: String) -> [HomeID] {
        guard instance.isFileName else { return [] }
        let names = parents(of: instance).flatMap { DirectoryEntry.names(in: $0).map { String(nulTerminated: $0) } }
        return Set(names.filter(\.isFileName)).sorted().map { HomeID(instance: instance, slug: $0) }
    }

    /// Removes the two folders of an instance whose homes are gone, with locks of the hub's that are left in them.
    ///
    /// - Throws: ``SpawnError/cannotPrepareHome(path:reason:)`` when something else is in them.
    public func removeFolders(of instance: String) throws(SpawnError) {
        guard instance.isFileName else { return }
        for path in ["\(folder.path)/\(instance)", "\(folder.path)/.restore/\(instance)"] {
            if let opened = opened(path) {
                for name in DirectoryEntry.names(in: opened) where String(nulTerminated: name).hasPrefix(".lock-") {
                    _ = unlinkat(opened.number, name, 0)
                }
            }
            if rmdir(path) < 0, errno != ENOENT {
                throw .cannotPrepareHome(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }

    private func parents(of instance: String) -> [Descriptor] {
        ["\(folder.path)/\(instance)", "\(folder.path)/.restore/\(instance)"].compactMap(opened)
    }

    private func opened(_ path: String) -> Descriptor? {
        try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }
}

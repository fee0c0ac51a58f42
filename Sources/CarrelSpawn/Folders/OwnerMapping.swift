import CNamespaces

/// Whose files seem to be whose through a mount (`mount_setattr(2)`, idmapped mounts).
///
/// Lines of `user_namespaces(7)`: an id on the disk, the id it is shown as, and how many follow. What isn't named is shown
/// as nobody's, and can't be made.
struct OwnerMapping: Equatable {
    let users: String
    let groups: String

    /// Shows one owner's files, and no others, as an account's.
    static func only(_ owner: UInt32, as account: Account) -> OwnerMapping {
        OwnerMapping(users: "\(owner) \(account.uid) 1\n", groups: "\(owner) \(account.gid) 1\n")
    }

    /// Shows root's files as an account's; those of ids from 1 to 65535 stay what they are.
    static func root(as account: Account) -> OwnerMapping {
        OwnerMapping(users: root(as: account.uid), groups: root(as: account.gid))
    }

    /// An id may stand for one only: root's place is taken by `id`, so nothing else is shown as that.
    private static func root(as id: UInt32) -> String {
        let most = UInt32(65535)
        if id > most { return "0 \(id) 1\n1 1 \(most)\n" }
        guard id > 1, id < most else { return "0 \(id) 1\n" }
        return "0 \(id) 1\n1 1 \(id - 1)\n\(id + 1) \(id + 1) \(most - id)\n"
    }

    /// A user namespace that maps so.
    func namespace() throws(SystemFailure) -> Descriptor {
        Descriptor(owning: try SystemFailure.check("clone") { carrel_mapping_namespace(users, groups) })
    }

    /// A copy of the mount that a folder is on, from the folder on, that maps so.
    func mount(of path: String) throws(SystemFailure) -> Descriptor {
        let namespace = try namespace()
        let copy = try SystemFailure.check("mount_setattr", path) { carrel_mount_copy(path, namespace.number) }
        return Descriptor(owning: copy)
    }

    /// The same of a folder that is to be shown.
    func mount(of folder: FolderBinding, isReadOnly: Bool = false) throws(SystemFailure) -> Descriptor {
        let opened = try folder.opened()
        let namespace = try namespace()
        let copy = try SystemFailure.check("mount_setattr", folder.host) {
            carrel_mount_tree(opened.number, namespace.number, isReadOnly)
        }
        return Descriptor(owning: copy)
    }
}

import CFiles
import Glibc

/// Lets a home and its copy change places in one step; both are names in one folder of the hub.
struct HomeExchange {
    let parent: Descriptor
    /// The home's name.
    let home: String
    /// The copy's name.
    let copy: String

    /// Exchanges them.
    ///
    /// - Parameters:
    ///   - old: what the home's name should stand for.
    ///   - new: what the copy's name should stand for.
    /// - Returns: false, with nothing changed, when one of the names stands for something else by now.
    func run(_ old: Descriptor, for new: Descriptor) -> Bool {
        stands(home, for: old) && stands(copy, for: new) && carrel_rename_exchange(parent.number, home, copy) == 0
    }

    private func stands(_ name: String, for folder: Descriptor) -> Bool {
        var (opened, named) = (stat(), stat())
        return fstat(folder.number, &opened) == 0 && fstatat(parent.number, name, &named, AT_SYMLINK_NOFOLLOW) == 0
            && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }
}

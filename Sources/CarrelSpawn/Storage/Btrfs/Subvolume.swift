import CFiles
import Glibc

/// A subvolume as the file system knows it: asked for with a call to the kernel, through an open folder, because that
/// takes microseconds and no path.
struct Subvolume: Equatable {
    /// Its number, as in its quota group.
    let id: UInt64
    /// The transaction that changed it last, as far as it is written to the disk (some 30 s behind).
    let generation: UInt64
    /// The transaction that made it: of a snapshot, also the last one of the original that it shows.
    let madeIn: UInt64

    /// Looks at a folder; nil when it isn't a subvolume's root.
    init?(_ folder: Descriptor) {
        var facts = carrel_subvolume()
        guard carrel_subvolume(folder.number, &facts) == 0 else { return nil }
        id = facts.id
        generation = facts.generation
        madeIn = facts.made_in
    }
}

/// What to do so that a sandbox shows the folders it should.
///
/// Pure: same arguments, same answer. Folders are told by what they show and not by where they are: a user can rename a
/// folder of their own with a mount in it.
struct FolderPlan {
    /// A folder that is to be shown.
    struct Wanted: Hashable {
        let binding: FolderBinding
        let source: FolderSource

        static func == (one: Wanted, other: Wanted) -> Bool {
            one.binding == other.binding && one.source == other.source
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(source)
        }
    }

    enum Step: Equatable {
        /// Goes on with a mount that is out of reach already.
        case finish(SandboxMount)
        /// Takes a mount, with those on it, out of reach, and away when nothing of it is open any more.
        case close(SandboxMount)
        /// Makes a mount read-only.
        case restrict(SandboxMount)
        /// Makes a mount writable.
        case widen(SandboxMount)
        /// Mounts a shelf at a place.
        case addShelf(String)
        /// Shows a folder, with another one in it, at a place.
        case show(FolderBinding, inner: FolderBinding?, at: String)
    }

    /// Those to be shown, outer ones before those in them.
    let wanted: [Wanted]
    let shelves: [String]
    /// The server's home inside.
    let home: String
    /// Folders with all that may come and go, each in a folder of its own.
    let parents: [FolderSource]
    /// Further folders that may come and go.
    let others: Set<FolderSource>
    /// Where mounts are out of reach.
    let closed: String

    /// The steps, those that take something away first.
    func steps(for mounts: [SandboxMount]) -> [Step] {
        let ours = mounts.filter(isOurs)
        let hidden = ours.filter { $0.place.hasPrefix(closed + "/") }
        let open = ours.filter { !$0.place.hasPrefix(closed + "/") }
        let unwanted = open.filter { mount in !wanted.contains { $0.source == mount.source } }
        return tops(of: hidden).map { .finish($0) }
            + tops(of: unwanted).map { .close($0) }
            + open.compactMap(change)
            + additions(to: open, of: mounts)
    }

    /// Nothing but what may come and go, and only where that is shown: not the home itself, should it be below.
    private func isOurs(_ mount: SandboxMount) -> Bool {
        guard mount.place.hasPrefix(home + "/") || mount.place.hasPrefix(closed + "/") else { return false }
        return parents.contains { mount.source.isIn($0) } || others.contains(mount.source)
    }

    /// Those that aren't mounted on another one of them.
    private func tops(of mounts: [SandboxMount]) -> [SandboxMount] {
        let ids = Set(mounts.map(\.id))
        return mounts.filter { !ids.contains($0.parent) }
    }

    private func change(_ mount: SandboxMount) -> Step? {
        guard let one = wanted.first(where: { $0.source == mount.source }) else { return nil }
        switch (one.binding.access, mount.isReadOnly) {
        case (.readOnly, false): return .restrict(mount)
        case (.readWrite, true): return .widen(mount)
        default: return nil
        }
    }

    private func additions(to open: [SandboxMount], of mounts: [SandboxMount]) -> [Step] {
        var steps: [Step] = []
        for one in wanted where outer(of: one) == nil {
            let inner = wanted.first { outer(of: $0) == one }
            let places = open.filter { $0.source == one.source }
            if places.isEmpty {
                steps.append(.show(one.binding, inner: inner?.binding, at: one.binding.inside))
            }
            guard let inner else { continue }
            // Someone may have renamed a folder on the way.
            let rest = inner.binding.inside.dropFirst(one.binding.inside.count)
            for place in places where !open.contains(where: { $0.source == inner.source && $0.parent == place.id }) {
                steps.append(.show(inner.binding, inner: nil, at: place.place + rest))
            }
        }
        let isNeeded: (String) -> Bool = { shelf in
            steps.contains { if case .show(_, _, let place) = $0 { place.hasPrefix(shelf + "/") } else { false } }
        }
        let missing = shelves.filter { shelf in
            isNeeded(shelf) && !mounts.contains { $0.place == shelf && $0.kind == "tmpfs" }
        }
        return missing.map { .addShelf($0) } + steps
    }

    private func outer(of one: Wanted) -> Wanted? {
        wanted.first { one.binding.inside.hasPrefix($0.binding.inside + "/") }
    }
}

import Foundation

/// What a mount knows of the versions of files, and whether what it writes would overwrite somebody else's work.
///
/// Pure. rclone doesn't say which version of a file the one that it writes was made from, so the gateway remembers it.
struct VersionMemory: Sendable {
    /// How a write from a mount is to be done.
    enum Plan: Equatable {
        /// At the file's place, if this still holds then.
        case write(DataCondition)
        /// Beside it: the mount hasn't seen the version that is there.
        case keepBoth
    }

    /// How sure it is that a removal is of what a write left, and isn't a person's.
    enum Remains {
        case certain, doubtful
    }

    /// What the mount knows of a file.
    private enum Known {
        /// It downloaded or wrote this version.
        case held(DataVersion)
        /// It saw this version in a list.
        case listed(DataVersion)
        /// It wrote, and it isn't known what is there since.
        case unclear

        var isListed: Bool { if case .listed = self { true } else { false } }
    }

    /// No mount's memory has more files.
    static let most = 10_000
    /// For how long a file that was put elsewhere looks to its mount as if it were in its place, in seconds: programs look whether
    /// what they wrote has arrived, and remove what hasn't.
    static let settling = 60.0

    private let began: Date
    private var known: [DataPath: Known] = [:]
    private var listed: Set<DataPath> = []
    private var settled: [DataPath: (copy: DataPath, end: Date)] = [:]
    /// What it began to write and hasn't written, and until when a removal of that may be one of remains.
    private var unfinished: [DataPath: (remains: Remains, end: Date)] = [:]

    /// Begins with nothing.
    init(began: Date) {
        self.began = began
    }

    /// How to write a file.
    ///
    /// - Parameters:
    ///   - path: its path.
    ///   - present: what is there now.
    /// - Returns: the way.
    func plan(_ path: DataPath, present: DataEntry?) -> Plan {
        guard let present else { return .write(.isNew) }
        guard let version = present.version else { return .write(.none) }
        switch known[path] {
        case .held(let other), .listed(let other):
            return other.isSame(as: version) ? .write(.version(version)) : .keepBoth
        case .unclear: return .write(.version(version))
        case nil:
            // The mount has seen the folder without it, or it was changed since this memory goes back.
            let isNews = path.parent.map(listed.contains) ?? false || present.modified.map { $0.date >= began } ?? false
            return isNews ? .keepBoth : .write(.version(version))
        }
    }

    /// Where what the mount wrote last to a path really is; nil when it is there.
    func copy(of path: DataPath, at now: Date) -> DataPath? {
        settled[path].flatMap { $0.end > now ? $0.copy : nil }
    }

    /// The mount has a version: it downloaded or wrote it.
    mutating func hold(_ path: DataPath, _ version: DataVersion?) {
        settled[path] = nil
        known[path] = version.map(Known.held)
        trim()
    }

    /// The mount wrote, and it isn't known whether that is there.
    mutating func doubt(_ path: DataPath) {
        known[path] = .unclear
    }

    /// The mount begins to write a file.
    mutating func begin(_ path: DataPath) {
        if unfinished.count >= Self.most { unfinished = [:] }
        unfinished[path] = (.doubtful, .distantFuture)
    }

    /// What the mount began to write was written whole.
    mutating func finish(_ path: DataPath) {
        unfinished[path] = nil
    }

    /// A write of the mount came to nothing.
    ///
    /// - Parameters:
    ///   - path: what it was to write.
    ///   - isRefused: whether the mount was told so; else it broke off by itself.
    ///   - now: the time.
    mutating func fail(_ path: DataPath, isRefused: Bool, now: Date) {
        unfinished = unfinished.filter { $0.value.end > now }
        unfinished[path] = (isRefused ? .certain : .doubtful, now.addingTimeInterval(Self.settling))
    }

    /// Whether a removal is of what a write left that came to nothing; answered once for each such write.
    ///
    /// rclone removes a file a second after its upload was refused (`webdav.go`, `updateSimple`). Here such a write leaves
    /// nothing, so what would go is the file as it was before, or as somebody else has written it since. When rclone breaks
    /// an upload off, it may be because somebody removes the file.
    mutating func remains(of path: DataPath, now: Date) -> Remains? {
        unfinished.removeValue(forKey: path).flatMap { $0.end > now ? $0.remains : nil }
    }

    /// The mount saw some of what is in a folder.
    mutating func list(_ entries: [DataEntry], of folder: DataPath) {
        for entry in entries {
            guard let name = entry.name, let version = entry.version, !entry.isFolder else { continue }
            let path = folder.appending(name)
            if known[path]?.isListed ?? true { known[path] = .listed(version) }
        }
        trim()
    }

    /// The mount saw all that is in a folder.
    mutating func listedWhole(_ folder: DataPath) {
        if listed.count < Self.most { listed.insert(folder) }
    }

    /// What the mount wrote to a path was put elsewhere.
    mutating func keptBoth(_ path: DataPath, at copy: DataPath, _ version: DataVersion?, now: Date) {
        settled = settled.filter { $0.value.end > now }
        settled[path] = (copy, now.addingTimeInterval(Self.settling))
        known[copy] = version.map(Known.held)
    }

    /// Something was moved, with all that is in it.
    mutating func move(_ source: DataPath, to target: DataPath) {
        let moved = known.filter { $0.key.isIn(source) }
        remove(target)
        remove(source)
        for (path, what) in moved { known[path.moved(from: source, to: target)] = what }
    }

    /// Something is gone, with all that was in it.
    mutating func remove(_ path: DataPath) {
        known = known.filter { !$0.key.isIn(path) }
        listed = listed.filter { !$0.isIn(path) }
        settled = settled.filter { !$0.key.isIn(path) }
        unfinished = unfinished.filter { !$0.key.isIn(path) }
    }

    private mutating func trim() {
        guard known.count > Self.most else { return }
        // What was only seen goes first; then no folder counts as seen whole.
        known = known.filter { !$0.value.isListed }
        listed = []
        if known.count > Self.most { known = [:] }
    }
}

extension DataVersion {
    /// Whether two words mean one version: Apache calls the tag of a file that was just written weak, and a moment later not.
    fileprivate func isSame(as other: DataVersion) -> Bool {
        text.trimmingPrefix("W/") == other.text.trimmingPrefix("W/")
    }
}

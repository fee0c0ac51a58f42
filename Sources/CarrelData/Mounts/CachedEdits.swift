import Foundation

/// What rclone's cache on the disk says of edits that weren't uploaded; also when no rclone runs.
///
/// For each cached file, which is at `vfs/REMOTE/PATH`, there is a description in JSON at `vfsMeta/REMOTE/PATH`, whose `Dirty`
/// says so (rclone 1.75, `vfs/vfscache/item.go`). Nobody but the user's rclone writes there.
public struct CachedEdits: Sendable {
    let folder: String

    /// The most bytes that a description is read of; its length goes with the number of ranges that are cached.
    private static let longestDescription = 1 << 20

    /// Looks at nothing yet.
    ///
    /// - Parameter folder: rclone's `--cache-dir`.
    public init(folder: String) {
        self.folder = folder
    }

    /// The remotes with edits that wait, and the paths of those files in them.
    ///
    /// Reads every description, so it isn't for a thread that must not wait.
    public func all() -> [String: [String]] {
        var edits: [String: [String]] = [:]
        for remote in Set(names(in: "vfsMeta") + names(in: "vfs")) {
            let (described, cached) = (files(in: "vfsMeta/\(remote)"), files(in: "vfs/\(remote)"))
            let dirty = described.filter { Self.isDirty("\(folder)/vfsMeta/\(remote)/\($0)") }
            // One whose description a crash has lost may be an edit.
            let found = Set(dirty).union(Set(cached).subtracting(described))
            if !found.isEmpty { edits[remote] = found.sorted() }
        }
        return edits
    }

    private func names(in place: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(place)")) ?? []
    }

    private func files(in place: String) -> [String] {
        // Links aren't followed.
        guard let walk = FileManager.default.enumerator(atPath: "\(folder)/\(place)") else { return [] }
        var found: [String] = []
        for case let path as String in walk where walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
            found.append(path)
        }
        return found
    }

    private static func isDirty(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        // One that was emptied or cut short by a crash may be of an edit.
        let bytes = (try? file.read(upToCount: longestDescription)) ?? Data()
        return CacheNote(bytes)?.isDirty ?? true
    }
}

import Foundation

/// What rclone's cache on the disk says of edits that weren't uploaded; also when no rclone runs.
///
/// For each cached file there is a description in JSON at `vfsMeta/REMOTE/PATH`, whose `Dirty` says so (rclone 1.75,
/// `vfs/vfscache/item.go`). Nobody but the user's rclone writes there.
public struct CachedEdits: Sendable {
    private let folder: String

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
        let remotes = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/vfsMeta")) ?? []
        for remote in remotes {
            let found = paths(in: "\(folder)/vfsMeta/\(remote)")
            if !found.isEmpty { edits[remote] = found }
        }
        return edits
    }

    private func paths(in top: String) -> [String] {
        // Links aren't followed.
        guard let walk = FileManager.default.enumerator(atPath: top) else { return [] }
        var found: [String] = []
        for case let path as String in walk where walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
            if Self.isDirty("\(top)/\(path)") { found.append(path) }
        }
        return found.sorted()
    }

    private struct Description: Decodable {
        var isDirty: Bool

        enum CodingKeys: String, CodingKey {
            case isDirty = "Dirty"
        }
    }

    private static func isDirty(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: longestDescription) else { return false }
        // One that was cut short by a crash may be of an edit.
        return (try? JSONDecoder().decode(Description.self, from: bytes))?.isDirty ?? true
    }
}

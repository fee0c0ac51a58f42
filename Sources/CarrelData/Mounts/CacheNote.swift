import Foundation

/// What rclone notes of a cached file: the JSON of its `Info` (rclone 1.75, `vfs/vfscache/item.go`).
struct CacheNote: Codable {
    private struct Part: Codable {
        var place: Int64
        var size: Int64

        enum CodingKeys: String, CodingKey {
            case place = "Pos"
            case size = "Size"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case modified = "ModTime"
        case used = "ATime"
        case size = "Size"
        case parts = "Rs"
        case fingerprint = "Fingerprint"
        case isDirty = "Dirty"
    }

    private var modified: String?
    private var used: String?
    private var size: Int64?
    private var parts: [Part]?
    /// Of the remote file that it was made from; empty for none.
    private var fingerprint: String?
    /// Whether it is to be uploaded.
    let isDirty: Bool

    /// Reads one; nil for what isn't whole.
    init?(_ bytes: Data) {
        guard let note = try? JSONDecoder().decode(CacheNote.self, from: bytes) else { return nil }
        self = note
    }

    /// Of a file that is all there, and to be uploaded as a new one.
    init(newOf size: Int64, modified: Date) {
        let time = modified.formatted(.iso8601)
        (self.modified, used, self.size, fingerprint, isDirty) = (time, time, size, "", true)
        parts = size > 0 ? [Part(place: 0, size: size)] : []
    }

    /// As rclone reads it.
    var bytes: Data {
        get throws { try JSONEncoder().encode(self) }
    }
}

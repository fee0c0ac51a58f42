/// How a mounted remote's cache stands (`vfs/stats`).
public struct RcloneStatistics: Sendable, Equatable, Decodable {
    /// How many files are being uploaded.
    public var uploading: Int
    /// How many files wait to be uploaded.
    public var queued: Int
    /// How many files couldn't be cached.
    public var errored: Int
    /// Whether the disk of the cache is full.
    public var isOutOfSpace: Bool

    /// Whether it was mounted so that nothing can be changed.
    public var isReadOnly: Bool

    /// How many files aren't on the other side yet.
    public var waiting: Int { uploading + queued }

    private enum CodingKeys: String, CodingKey {
        case diskCache
        case options = "opt"
    }

    private struct DiskCache: Decodable {
        var uploadsInProgress: Int
        var uploadsQueued: Int
        var erroredFiles: Int
        var outOfSpace: Bool
    }

    private struct Options: Decodable {
        var isReadOnly: Bool

        enum CodingKeys: String, CodingKey {
            case isReadOnly = "ReadOnly"
        }
    }

    /// Reads an answer.
    ///
    /// - Throws: what `Decoder` does when it is none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let cache = try values.decode(DiskCache.self, forKey: .diskCache)
        isReadOnly = try values.decode(Options.self, forKey: .options).isReadOnly
        uploading = cache.uploadsInProgress
        queued = cache.uploadsQueued
        errored = cache.erroredFiles
        isOutOfSpace = cache.outOfSpace
    }
}

/// A file that isn't on the other side yet (`vfs/queue`).
public struct RcloneUpload: Sendable, Equatable, Decodable {
    /// Its path in the remote.
    public var name: String
    /// Its number in the queue.
    public var id: Int
    /// How many bytes it has.
    public var size: Int64
    /// How often it was tried.
    public var tries: Int
    /// Whether it is being uploaded.
    public var uploading: Bool
}

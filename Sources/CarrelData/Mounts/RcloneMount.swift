/// Where a remote leads: a folder of the data gateway, reached through its socket.
public struct RcloneGateway: Sendable, Equatable, Codable {
    /// The gateway's socket, as rclone sees it.
    public var socket: String
    /// The folder in the gateway's tree, such as `/datahub`, as the path of a URL.
    public var path: String
    /// What the gateway knows the user by; goes with each request.
    public var token: String

    /// Names a folder of the gateway.
    public init(socket: String, path: String, token: String) {
        self.socket = socket
        self.path = path
        self.token = token
    }

    private enum CodingKeys: String, CodingKey {
        case url, vendor
        case socket = "unix_socket"
        case token = "bearer_token"
    }

    private static let origin = "http://gateway"

    /// Reads what rclone has of a remote.
    ///
    /// - Throws: what `Decoder` does for a remote of another kind.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        path = String(try values.decode(String.self, forKey: .url).dropFirst(Self.origin.count))
        socket = try values.decode(String.self, forKey: .socket)
        token = try values.decode(String.self, forKey: .token)
    }

    /// The parameters of rclone's kind `webdav`.
    ///
    /// - Throws: what `Encoder` does.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.origin + path, forKey: .url)
        try values.encode("other", forKey: .vendor)
        try values.encode(socket, forKey: .socket)
        try values.encode(token, forKey: .token)
    }
}

extension RcloneGateway: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the token.
    public var description: String { "RcloneGateway(\(path))" }
    /// Never the token.
    public var debugDescription: String { description }
    /// Never the token.
    public var customMirror: Mirror { Mirror(self, children: ["path": path]) }
}

/// A remote to mount, and how.
///
/// With the cache in mode `full` files are ordinary ones: random writes, appending, renaming, `mmap` and SQLite were seen to
/// work with rclone 1.75.2; symbolic links aren't to be had.
public struct RcloneMount: Sendable, Equatable, Encodable {
    /// The remote's name.
    public var remote: String
    /// Where it is mounted: an empty folder of the user's, as rclone sees it.
    public var place: String
    /// Whose its files are to be.
    public var uid: UInt32
    /// Whose group's its files are to be.
    public var gid: UInt32
    /// Whether nothing in it can be changed.
    public var isReadOnly: Bool
    /// The most bytes that the cache may hold of it; files that are open or wait to be uploaded stay beyond that.
    public var cacheBytes: Int64

    /// Orders a mount.
    public init(remote: String, place: String, uid: UInt32, gid: UInt32, isReadOnly: Bool, cacheBytes: Int64) {
        self.remote = remote
        self.place = place
        self.uid = uid
        self.gid = gid
        self.isReadOnly = isReadOnly
        self.cacheBytes = cacheBytes
    }

    private enum CodingKeys: String, CodingKey {
        case fs, mountPoint, vfsOpt, mountOpt
    }

    /// How files are cached; names are those of rclone's `vfs` options.
    private struct CacheOptions: Encodable {
        var cacheMode = "full"
        var cacheMaxSize: String
        /// What was read is kept for a day, so that a second look asks nobody for its content.
        var cacheMaxAge = "24h"
        /// A file that is saved several times in a row is uploaded once.
        var writeBack = "2s"
        /// For how long a change on the other side may stay unseen.
        var dirCacheTime = "10s"
        /// The gateway tells of no changes by itself.
        var pollInterval = "0s"
        var chunkSize = "8M"
        var chunkSizeLimit = "64M"
        var umask = "077"
        var uid: UInt32
        var gid: UInt32
        var isReadOnly: Bool

        enum CodingKeys: String, CodingKey {
            case cacheMode = "CacheMode"
            case cacheMaxSize = "CacheMaxSize"
            case cacheMaxAge = "CacheMaxAge"
            case writeBack = "WriteBack"
            case dirCacheTime = "DirCacheTime"
            case pollInterval = "PollInterval"
            case chunkSize = "ChunkSize"
            case chunkSizeLimit = "ChunkSizeLimit"
            case umask = "Umask"
            case uid = "UID"
            case gid = "GID"
            case isReadOnly = "ReadOnly"
        }
    }

    /// How it is mounted; names are those of rclone's `mount` options.
    private struct MountOptions: Encodable {
        /// Without it modes aren't looked at.
        var defaultPermissions = true
        var attrTimeout = "1s"
        var deviceName: String

        enum CodingKeys: String, CodingKey {
            case defaultPermissions = "DefaultPermissions"
            case attrTimeout = "AttrTimeout"
            case deviceName = "DeviceName"
        }
    }

    /// The body of `mount/mount`.
    ///
    /// - Throws: what `Encoder` does.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode("\(remote):", forKey: .fs)
        try values.encode(place, forKey: .mountPoint)
        // A number without a unit is taken for KiB.
        let cache = CacheOptions(cacheMaxSize: "\(cacheBytes)B", uid: uid, gid: gid, isReadOnly: isReadOnly)
        try values.encode(cache, forKey: .vfsOpt)
        try values.encode(MountOptions(deviceName: remote), forKey: .mountOpt)
    }
}

/// A folder of this host that a server sees.
public struct FolderBinding: Sendable, Equatable {
    /// What a server may do in a folder.
    public enum Access: Sendable, Equatable {
        /// Look.
        case readOnly
        /// Look and write, as far as the files' owners and modes allow.
        case readWrite
    }

    /// Absolute path on this host.
    public var host: String
    /// Absolute path inside.
    public var inside: String
    /// What may be done in it.
    public var access: Access
    /// The user and group whose files the server finds as its own user's; nil to show all owners as they are.
    ///
    /// What the server makes there belongs to them on the disk, so that everybody who is shown the folder in this way
    /// owns all of it, whatever umask or mode it was made with.
    public var owner: UInt32?

    /// Makes a binding.
    public init(host: String, inside: String, access: Access, owner: UInt32? = nil) {
        self.host = host
        self.inside = inside
        self.access = access
        self.owner = owner
    }
}

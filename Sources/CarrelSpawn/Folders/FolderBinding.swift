import Glibc

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
    /// The part of ``host`` that is the hub's own; nil when all of it is.
    ///
    /// No link is followed in what comes after it.
    public var top: String?

    /// Makes a binding.
    public init(host: String, inside: String, access: Access, owner: UInt32? = nil, top: String? = nil) {
        self.host = host
        self.inside = inside
        self.access = access
        self.owner = owner
        self.top = top
    }

    /// Opens the folder on this host.
    ///
    /// - Throws: the system call that failed, also where a link stands in a part that isn't the hub's own.
    func opened() throws(SystemFailure) -> Descriptor {
        guard let top, host.hasPrefix(top + "/") else { return try Descriptor(opening: host, O_RDONLY | O_DIRECTORY) }
        let folder = try Descriptor(opening: top, O_RDONLY | O_DIRECTORY)
        guard let child = folder.child(String(host.dropFirst(top.count + 1))) else {
            throw SystemFailure(call: "open", path: host, number: errno)
        }
        return child
    }
}

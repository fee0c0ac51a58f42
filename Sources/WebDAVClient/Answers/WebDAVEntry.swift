public import Foundation

/// What a server says of a file or folder.
public struct WebDAVEntry: Sendable, Equatable {
    /// Where it is, below the remote's folder.
    public let path: WebDAVPath
    /// Whether it is a file or a folder.
    public let kind: Kind
    /// In bytes; of a folder only Nextcloud tells it, as all that is below.
    public let size: Int64?
    /// When it was last changed; whole seconds.
    public let modified: Date?
    /// The mark of its version; Nextcloud changes a folder's when anything below changes.
    public let etag: ETag?
    /// The media type, cut to 255 bytes.
    public let contentType: String?
    /// Nextcloud's number of the file, which stays when it is moved.
    public let fileID: String?
    /// What may be done with it, if the server tells.
    public let permissions: WebDAVPermissions?
    /// As `SHA1:…`, in small letters and digits.
    public let checksums: [String]

    /// What it is.
    public enum Kind: Sendable, Equatable {
        /// A file.
        case file
        /// A folder.
        case folder
    }
}

/// What may be done with a file or folder, as Nextcloud tells it in letters.
public struct WebDAVPermissions: Sendable, Equatable {
    /// The letters, at most 32.
    public let letters: String

    init(_ text: String) {
        letters = String(text.unicodeScalars.prefix(32).filter { ("A"..."Z").contains($0) }.map(Character.init))
    }

    /// Letter `G`.
    public var allowsReading: Bool { letters.contains("G") }
    /// Letter `W`: the content of a file.
    public var allowsWriting: Bool { letters.contains("W") }
    /// Letter `C`: files in a folder.
    public var allowsMakingFiles: Bool { letters.contains("C") }
    /// Letter `K`: folders in a folder.
    public var allowsMakingFolders: Bool { letters.contains("K") }
    /// Letter `D`.
    public var allowsDeleting: Bool { letters.contains("D") }
    /// Letter `N`: another name in the same folder.
    public var allowsRenaming: Bool { letters.contains("N") }
    /// Letter `V`: to another folder.
    public var allowsMoving: Bool { letters.contains("V") }
    /// Letter `S`: others shared it with this person.
    public var isShared: Bool { letters.contains("S") }
    /// Letter `M`: another store that is shown in this one.
    public var isMounted: Bool { letters.contains("M") }
}

/// How much room there is (RFC 4331).
public struct WebDAVQuota: Sendable, Equatable {
    /// In bytes; nil when the server doesn't tell.
    public let used: Int64?
    /// What may still be written.
    public let available: Room

    /// How much may still be written.
    public enum Room: Sendable, Equatable {
        /// So many bytes.
        case bytes(Int64)
        /// As much as one likes; Nextcloud's −3.
        case unlimited
        /// The server doesn't tell; Nextcloud's −1 and −2.
        case unknown
    }

    init(used: Int64?, availableField: Int64?) {
        self.used = used.flatMap { $0 < 0 ? nil : $0 }
        available =
            switch availableField {
            case let bytes? where bytes >= 0: .bytes(bytes)
            case -3: .unlimited
            default: .unknown
            }
    }
}

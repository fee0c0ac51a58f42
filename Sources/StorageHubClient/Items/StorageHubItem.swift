public import Foundation

/// A file or folder as the service describes it (reference `egi.md` 3.3).
public struct StorageHubItem: Sendable, Equatable, Identifiable {
    /// What names an item for ever, checked so that it can stand in an address.
    public struct ID: Sendable, Hashable, CustomStringConvertible {
        /// 1 to 64 letters of ASCII, digits and hyphens; a UUID in practice.
        public let rawValue: String

        /// Takes an id that was kept.
        ///
        /// - Parameter rawValue: as it was.
        /// - Throws: ``StorageHubError/nonsense(_:_:)`` for anything that can't be one.
        public init(_ rawValue: String) throws(StorageHubError) {
            try self.init(rawValue, .item)
        }

        init(_ text: String, _ call: StorageHubCall) throws(StorageHubError) {
            guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isFit) else {
                throw .nonsense(call, .identifier)
            }
            rawValue = text
        }

        /// As it was.
        public var description: String { rawValue }

        private static func isFit(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// What it is; told by its Java class, as real clients do.
    public enum Kind: Sendable, Equatable {
        /// A folder of the person, or one inside of a shared one.
        case folder
        /// A folder that is shared, at its top.
        case sharedFolder
        /// The folder of a context.
        case contextFolder
        /// Something with bytes.
        case file
        /// A wrapper in the trash around what was thrown away; its ``StorageHubItem/name`` is the id of that.
        case trashed
        /// A link, a record or anything else without bytes.
        case other
    }

    /// What names it for ever.
    public let id: ID
    /// What it is.
    public let kind: Kind
    /// Its inner name, of which there is one in a folder; see ``StorageHubTree``.
    public let name: String
    /// What the portal shows, of which there may be several in a folder.
    public let title: String
    /// What the portal shows for the folder of a context.
    public let displayName: String?
    /// Of a file, in bytes.
    public let size: Int64?
    /// Of a file.
    public let mediaType: String?
    /// When it was changed last.
    public let modified: Date?
    /// When it was made.
    public let created: Date?
    /// Whose it is.
    public let owner: String?
    /// The folder in which it lies.
    public let parent: ID?
    /// Where it lies, by inner names: `/Home/NAME/Workspace/…` or `/Share/…`.
    public let path: String
    /// Whether others see it too.
    public let isShared: Bool
    /// Whether somebody is changing it.
    public let isLocked: Bool
    /// Whether the portal leaves it out.
    public let isHidden: Bool
    /// Whether it was thrown away.
    public let isTrashed: Bool
    /// What names its bytes at the service; another one for other bytes.
    public let contentID: String?

    /// Whether other items lie in it.
    public var isFolder: Bool { [.folder, .sharedFolder, .contextFolder].contains(kind) }

    /// What changes whenever its content does.
    public var version: StorageHubContentVersion {
        StorageHubContentVersion(id: id, contentID: contentID, modified: modified, size: size)
    }
}

/// Which content of which item somebody has seen.
public struct StorageHubContentVersion: Sendable, Hashable {
    let id: StorageHubItem.ID
    let contentID: String?
    let modified: Date?
    let size: Int64?

    /// The same for the same content, fit for an HTTP entity tag without its quotes.
    public var tag: String {
        let time = modified.map { String(Int64($0.timeIntervalSince1970 * 1000)) } ?? ""
        return PercentText.encode("\(id)-\(contentID ?? time)-\(size ?? 0)")
    }
}

/// One content that a file had.
public struct StorageHubVersion: Sendable, Equatable, Decodable {
    /// Such as `1.0`; what it is read by.
    public let name: String
    /// Whether it is the file's content now.
    public let current: Bool
}

/// Who a token belongs to.
public struct StorageHubProfile: Sendable, Equatable, Decodable {
    /// The name by which the service knows the person.
    public let username: String
    /// The person's name.
    public let fullname: String?
    /// The context that the token is for.
    public let context: String?
}

public import CarrelData
public import CarrelSpawn

/// What one user is to find of their connections in their servers.
public struct UserMounts: Sendable, Equatable {
    /// A connection's folder.
    public struct Folder: Sendable, Equatable {
        /// What it is called in the home; a file name.
        public var name: String
        /// The connection's folder in the gateway's tree, as the path of a URL: `/datahub`.
        public var path: String
        /// What people call the data source.
        public var title: String
        /// Whether nothing can be changed there.
        public var isReadOnly: Bool
        /// How the connection stands; nil while nobody knows it yet.
        public var state: ConnectionState?

        /// Describes a folder.
        public init(name: String, path: String, title: String, isReadOnly: Bool, state: ConnectionState?) {
            self.name = name
            self.path = path
            self.title = title
            self.isReadOnly = isReadOnly
            self.state = state
        }
    }

    /// The user, as a file name that no other user has: ``CarrelModel/UserName/unixName``.
    public var key: String
    /// Whom the user's servers run as.
    public var account: Account
    /// The folders; one that is left out is taken away, once nothing waits to be uploaded from it.
    public var folders: [Folder]
    /// What the gateway knows the user by.
    public var token: String

    /// Describes what a user is to find.
    public init(key: String, account: Account, folders: [Folder], token: String) {
        self.key = key
        self.account = account
        self.folders = folders
        self.token = token
    }

    /// The names of the folders whose connections let edits go up, which they didn't before.
    func recovered(since before: UserMounts) -> Set<String> {
        let worked = Set(before.folders.filter(\.takesEdits).map(\.name))
        return Set(folders.filter(\.takesEdits).map(\.name))
            .subtracting(worked).intersection(before.folders.map(\.name))
    }
}

extension UserMounts.Folder {
    /// Whether files are to be had; false while nobody knows it yet.
    var isUsable: Bool { state?.isUsable ?? false }

    /// Whether it can be better in a moment, so that who has files open may keep them.
    var isPassing: Bool { state?.isPassing ?? true }

    fileprivate var takesEdits: Bool { isUsable && state != .overQuota }
}

extension UserMounts: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the token.
    public var description: String { "UserMounts(\(key))" }
    /// Never the token.
    public var debugDescription: String { description }
    /// Never the token.
    public var customMirror: Mirror { Mirror(self, children: ["key": key]) }
}

/// How the mount of a folder stands.
public struct MountStanding: Sendable, Equatable {
    /// What is to be seen in the folder.
    public enum Condition: Sendable, Equatable {
        /// The user's files; in each server that runs.
        case open
        /// It is being mounted, or will be when a server runs.
        case pending
        /// Nothing but the reason, because the connection doesn't work.
        case closed(ConnectionState)
        /// Nothing but the reason, because mounting failed; it is tried again.
        case failed(String)
        /// Nothing but the reason, because this machine can't mount.
        case unavailable(message: String, remedy: String)
    }

    /// The folder's name.
    public var folder: String
    /// What is to be seen in it.
    public var condition: Condition
    /// The paths of files in it that were changed and aren't uploaded yet.
    public var waiting: [String]
}

/// Which folders of a user's connections a running server is to show.
public struct MountOrder: Sendable, Equatable {
    /// One of them.
    public struct Folder: Sendable, Equatable {
        /// Its name, in the room, in the daemon and in the home.
        public var name: String
        /// Whether what is mounted is to be seen; else the folder that says why not.
        public var isOpen: Bool

        /// Orders a folder.
        public init(name: String, isOpen: Bool) {
            self.name = name
            self.isOpen = isOpen
        }
    }

    /// What the user's mounts use on this host.
    public var room: MountRoom
    /// The server's home inside, in which the folders are.
    public var home: String
    /// The folders; those that aren't named are taken away.
    public var folders: [Folder]

    /// Makes an order.
    public init(room: MountRoom, home: String, folders: [Folder]) {
        self.room = room
        self.home = home
        self.folders = folders
    }
}

/// What became of the mounts of a running server.
public struct MountChange: Sendable, Equatable {
    /// Names of the folders in which something else is to be seen now.
    public var opened: [String] = []
    /// Places where something was that isn't there any more.
    public var closed: [String] = []
    /// By the folder's name, what couldn't be done, in words; it is to be tried again.
    public var problems: [String: String] = [:]

    /// Nothing.
    public init() {}
}

/// Which of the folders that come and go a running server is to show.
public struct FolderOrder: Sendable, Equatable {
    /// Those it is to show; their hosts' folders needn't be there yet.
    public var folders: [FolderBinding]
    /// Folders inside that hold nothing but some of these, and in which nothing can be made.
    public var shelves: [String]
    /// The server's home inside: nothing outside of it is touched.
    public var home: String
    /// Folders of this host with all that may come and go, each in a folder of its own.
    public var parents: [String]
    /// Further folders of this host that may come and go.
    public var others: [String]

    /// Makes an order.
    public init(folders: [FolderBinding], shelves: [String], home: String, parents: [String], others: [String]) {
        self.folders = folders
        self.shelves = shelves
        self.home = home
        self.parents = parents
        self.others = others
    }
}

/// What became of the folders of a running server.
public struct FolderChange: Sendable, Equatable {
    /// A process that was ended because it had something of a folder open.
    public struct Ended: Sendable, Equatable, Hashable {
        /// The program's name, as the kernel has it.
        public var program: String
        /// Where the folder was.
        public var folder: String
    }

    /// Where folders are shown now that weren't.
    public var shown: [String] = []
    /// Where folders were that aren't shown any more.
    public var closed: [String] = []
    /// Where folders are in which something else may be done now.
    public var changed: [String] = []
    /// What was ended for it.
    public var ended: [Ended] = []
    /// Where folders were of which something is open still: the server has to be stopped.
    public var held: [String] = []
    /// What couldn't be done, in words, to be tried again.
    public var problems: [String] = []

    /// Whether there was nothing to do.
    public var isNothing: Bool { self == FolderChange() }

    /// Nothing.
    public init() {}
}

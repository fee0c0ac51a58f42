/// Where a StorageHub is, and how patient its client is.
public struct StorageHubSettings: Sendable, Equatable {
    /// Its address up to and with `/workspace`, `https://…`; `http://…` on a loopback address only.
    public var address: String
    /// How long one call may take up to the last byte of its answer; content is not counted.
    public var deadline: Duration
    /// How long nothing may come or go while content is sent or read.
    public var idleLimit: Duration
    /// How long the service may think after the last byte of a file was sent.
    public var commitLimit: Duration
    /// How often a call is tried that changes nothing, in all.
    public var attempts: Int
    /// The longest time that is waited before another try; a service that wants more is given up.
    public var longestWait: Duration
    /// How many items are asked for at once.
    public var pageSize: Int
    /// How many items a folder may hold.
    public var largestFolder: Int

    /// Puts settings together.
    ///
    /// - Parameters:
    ///   - address: up to and with `/workspace`.
    ///   - deadline: for each call.
    ///   - idleLimit: for content.
    ///   - commitLimit: after the last byte of a file.
    ///   - attempts: of a call that changes nothing.
    ///   - longestWait: before another try.
    ///   - pageSize: of listings.
    ///   - largestFolder: in items.
    public init(
        address: String = "https://api.d4science.org/workspace",
        deadline: Duration = .seconds(30),
        idleLimit: Duration = .seconds(30),
        commitLimit: Duration = .seconds(300),
        attempts: Int = 3,
        longestWait: Duration = .seconds(10),
        pageSize: Int = 200,
        largestFolder: Int = 200_000,
    ) {
        self.address = address
        self.deadline = deadline
        self.idleLimit = idleLimit
        self.commitLimit = commitLimit
        self.attempts = attempts
        self.longestWait = longestWait
        self.pageSize = pageSize
        self.largestFolder = largestFolder
    }
}

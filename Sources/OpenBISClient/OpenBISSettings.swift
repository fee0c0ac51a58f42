/// Where an openBIS is, and how patient its client is.
public struct OpenBISSettings: Sendable, Equatable {
    /// Of the application server; data stores are told by it.
    public var address: OpenBISAddress
    /// How long an answer may take that isn't a file's content; also the one after the last byte of an upload.
    public var deadline: Duration
    /// How long no byte may come or go within a file's content.
    public var idleLimit: Duration

    /// Puts settings together.
    ///
    /// - Parameters:
    ///   - address: of the application server.
    ///   - deadline: for each call.
    ///   - idleLimit: within contents.
    public init(address: OpenBISAddress, deadline: Duration = .seconds(15), idleLimit: Duration = .seconds(30)) {
        self.address = address
        self.deadline = deadline
        self.idleLimit = idleLimit
    }
}

/// What the hub asks the gateway when a credential is to be tried.
public struct CheckQuestion: Codable, Sendable {
    /// Whose it is.
    public var user: Int64
    /// The source, with the credential.
    public var source: DataSourcePlan

    /// Asks for one.
    public init(user: Int64, source: DataSourcePlan) {
        self.user = user
        self.source = source
    }
}

/// What came of trying.
public struct CheckAnswer: Codable, Sendable {
    /// The state that a connection would be in.
    public var state: ConnectionState

    /// Says it.
    public init(state: ConnectionState) {
        self.state = state
    }
}

/// Which connections the gateway should look at unless something is known of them.
public struct FirstLookOrder: Codable, Sendable {
    /// Whose they are.
    public var user: Int64
    /// The folders of data sources, with credentials.
    public var folders: [DataFolderPlan]

    /// Orders it.
    public init(user: Int64, folders: [DataFolderPlan]) {
        self.user = user
        self.folders = folders
    }
}

/// Whose tokens and connections the gateway should ask for anew.
public struct RenewOrder: Codable, Sendable {
    /// Whose; nil: everybody's tokens.
    public var user: Int64?
    /// The data sources that the person's sign-in opens, when they have just signed in; nil: anything may be otherwise.
    public var sources: [String]?

    /// Orders it.
    public init(user: Int64?, sources: [String]? = nil) {
        self.user = user
        self.sources = sources
    }
}

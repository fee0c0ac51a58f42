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

/// Whose tokens and connections the gateway should ask for anew.
public struct RenewOrder: Codable, Sendable {
    /// Whose; nil: everybody's tokens.
    public var user: Int64?

    /// Orders it.
    public init(user: Int64?) {
        self.user = user
    }
}

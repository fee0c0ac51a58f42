public import Foundation

/// What the gateway asks the hub when somebody shows it a token.
public struct AdmissionQuestion: Codable, Sendable {
    /// The name that was given with the token; nil when it came without one.
    public var user: String?
    /// The token.
    public var token: String

    /// Asks for a token's owner.
    public init(user: String?, token: String) {
        self.user = user
        self.token = token
    }
}

/// What the gateway asks the hub when a source takes the access token of somebody's sign-in.
public struct SignInTokenQuestion: Codable, Sendable {
    /// Whose.
    public var user: Int64
    /// The authenticator.
    public var authenticator: String

    /// Asks for a token.
    public init(user: Int64, authenticator: String) {
        self.user = user
        self.authenticator = authenticator
    }
}

/// What the hub says of a sign-in.
public struct SignInTokenAnswer: Codable, Sendable {
    /// The access token, good for a while; nil when there is none any more.
    public var token: String?

    /// Says it.
    public init(token: String?) {
        self.token = token
    }
}

/// What the hub says of a token.
public enum AdmissionAnswer: Codable, Sendable {
    /// The token is good for this.
    case admitted(Admission)
    /// It isn't good.
    case refused
}

/// A person who may use the gateway, and what they find there.
public struct Admission: Codable, Sendable, Equatable {
    /// The person's number.
    public var user: Int64
    /// Their name.
    public var name: String
    /// The mount whose token it is; nil for a token of the person's own.
    public var mount: String?
    /// Whether anything may be changed.
    public var isWritable: Bool
    /// Their folders.
    public var folders: [DataFolderPlan]
    /// When the token ends; nil: never.
    public var ends: Date?

    /// Admits a person.
    public init(
        user: Int64,
        name: String,
        mount: String?,
        isWritable: Bool,
        folders: [DataFolderPlan],
        ends: Date?,
    ) {
        self.user = user
        self.name = name
        self.mount = mount
        self.isWritable = isWritable
        self.folders = folders
        self.ends = ends
    }
}

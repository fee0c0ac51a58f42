/// Who acts, from where, and by what means.
public struct AuditSource: Sendable, Equatable {
    /// What kind of actor it is.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case user
        /// Nobody has signed in.
        case stranger
        /// A person of the machine, at the command line.
        case command
        /// The hub by itself.
        case hub
    }

    /// By what means.
    public enum Way: String, Codable, Sendable, CaseIterable {
        case page, api, command, hub
    }

    /// What kind of actor it is.
    public var kind: Kind
    /// The name of the user, or of the system's user at the command line; empty for a stranger.
    public var name: String
    /// The user's number, which no other user ever gets.
    public var userId: Int64?
    /// By what means.
    public var way: Way
    /// The number of the session for a page, of the token for the API.
    public var wayId: Int64?
    /// The address, as for sign-ins; empty for what doesn't come over the network.
    public var address: String
    /// What the browser calls itself, cut to 200 characters.
    public var userAgent: String

    /// Joins the parts.
    public init(
        kind: Kind,
        name: String,
        userId: Int64? = nil,
        way: Way,
        wayId: Int64? = nil,
        address: String = "",
        userAgent: String = "",
    ) {
        self.kind = kind
        self.name = name
        self.userId = userId
        self.way = way
        self.wayId = wayId
        self.address = address
        self.userAgent = String(String.UnicodeScalarView(userAgent.unicodeScalars.prefix(200)))
    }

    /// The hub, by itself.
    public static let hub = AuditSource(kind: .hub, name: "hub", way: .hub)
}

/// What an OAuth client is: a user's server or a service.
public enum OAuthResource: Sendable, Equatable {
    /// A server; the default server's name is empty.
    case server(user: String, name: String)
    /// A service.
    case service(String)

    /// The scope a person needs to enter it, and that every token made for it holds.
    public var accessScope: Scope {
        switch self {
        case .server(let user, let name): Scope(.accessServers, on: .server(user: user, name: name))
        case .service(let name): Scope(.accessServices, on: .service(name))
        }
    }

    /// Whether it is a server of this user.
    func isServer(of userName: String) -> Bool {
        guard case .server(let user, _) = self else { return false }
        return user.isSameBytes(as: userName)
    }
}

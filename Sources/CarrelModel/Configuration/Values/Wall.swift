/// What keeps a server from the machine and from other servers; each can be looked at, and left out, by itself.
public enum Wall: String, Sendable, CaseIterable, Codable {
    /// A user id of its own for each user.
    case users
    /// Limits of memory, processor time and processes.
    case limits
    /// A network of its own, without a way to the machine's and to other servers'.
    case network
    /// A throw-away layer over the environment and the system; without it both are read-only.
    case layer
    /// A filter of system calls.
    case syscalls
}

/// What happens when a machine can't put up a wall.
public enum MissingWallPolicy: String, Sendable, CaseIterable, Codable {
    /// Servers start without it, and it is said at the start of the hub and by `carrel doctor`.
    case report
    /// No server starts.
    case refuse
}

/// Where servers may go in the network of their own accord.
public enum OutgoingAccess: String, Sendable, CaseIterable, Codable {
    /// Everywhere but to this machine, to other servers and to metadata services.
    case all
    /// The same, but to no private addresses.
    case `public`
    /// Nowhere but to what is listed.
    case listed
}

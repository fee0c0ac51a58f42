/// A Unix account by its numbers.
public struct Account: Sendable, Equatable {
    /// User id.
    public var uid: UInt32
    /// Primary group id.
    public var gid: UInt32
    /// Further groups.
    public var groups: [UnixGroup]

    /// Makes an account.
    public init(uid: UInt32, gid: UInt32, groups: [UnixGroup] = []) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }
}

/// A Unix group.
public struct UnixGroup: Sendable, Equatable {
    /// What a server calls it.
    public var name: String
    /// Its number.
    public var gid: UInt32

    /// Names a number.
    public init(name: String, gid: UInt32) {
        self.name = name
        self.gid = gid
    }
}

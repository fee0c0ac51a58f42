/// Whose rights hold for files of this machine.
public struct LocalAccount: Sendable, Hashable {
    /// The user's number.
    public let uid: UInt32
    /// The number of the user's own group, which files made by them get.
    public let gid: UInt32
    /// The numbers of their further groups.
    public let groups: [UInt32]

    /// Names one; nil when any of the numbers is root's, which nobody acts as.
    public init?(uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        let none = ~UInt32(0)
        guard ![0, none].contains(uid), ([gid] + groups).allSatisfy({ ![0, none].contains($0) }) else { return nil }
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }
}

/// What a member may do in a group and its project folder.
public enum GroupRole: String, Codable, Sendable, CaseIterable, Comparable {
    /// Read the project folder.
    case reader
    /// Also write in it.
    case member
    /// Also write in its folder `store`, which others only read.
    case dataManager
    /// Also put people in and take them out, and give them roles.
    case manager

    /// The more one may do, the greater.
    public static func < (one: GroupRole, other: GroupRole) -> Bool {
        one.rank < other.rank
    }

    /// Whether files in the project folder may be changed.
    public var writes: Bool { self >= .member }
    /// Whether those in its store may be changed too.
    public var keepsStore: Bool { self >= .dataManager }

    private var rank: Int {
        switch self {
        case .reader: 0
        case .member: 1
        case .dataManager: 2
        case .manager: 3
        }
    }
}

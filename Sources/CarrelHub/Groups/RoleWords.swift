import CarrelModel

extension GroupRole {
    /// What the role is called on pages.
    var title: String {
        switch self {
        case .reader: "Reader"
        case .member: "Member"
        case .dataManager: "Data manager"
        case .manager: "Manager"
        }
    }

    /// What one may do with it, as a sentence.
    var explanation: String {
        switch self {
        case .reader: "Reads the project folder."
        case .member: "Works in the project folder; only reads its folder store."
        case .dataManager: "Works in the project folder, the folder store included."
        case .manager: "Also puts people in, takes them out, and gives them roles."
        }
    }
}

/// A role in a list to choose from.
struct RoleChoice: Sendable, Equatable {
    let value: String
    let label: String
    let isChosen: Bool

    /// All of them.
    static func all(chosen: GroupRole) -> [RoleChoice] {
        GroupRole.allCases.map { RoleChoice(value: $0.rawValue, label: $0.title, isChosen: $0 == chosen) }
    }
}

import CarrelModel
import CarrelStore

/// The groups a person is in.
struct MyGroupsPage: Page {
    /// One of them.
    struct Row: Sendable, Equatable {
        let name: String
        let url: PageLink
        let roleText: String
        let explanation: String
        let countText: String
    }

    static let template = "my-groups"

    let title = "Your groups"
    let rows: [Row]
    let isEmpty: Bool
    let requestsURL = PageLink(HubPath.requests)

    init(_ groups: [(found: GroupWithMembers, role: GroupRole)]) {
        rows = groups.map { found, role in
            Row(
                name: found.group.name.text,
                url: PageLink(HubPath.myGroup(found.group.name)),
                roleText: role.title,
                explanation: role.explanation,
                countText: HumanText.count(found.members.count, "member"),
            )
        }
        isEmpty = rows.isEmpty
    }
}

/// A group as its members see it, and as its managers change it.
struct MyGroupPage: Page {
    /// Who is in the group.
    struct Member: Sendable, Equatable {
        let name: String
        let isYou: Bool
        let roleText: String
        let roles: [RoleChoice]
        let roleURL: PageLink
        let removeURL: PageLink
    }

    /// A role and what it is for.
    struct Meaning: Sendable, Equatable {
        let title: String
        let explanation: String
    }

    static let template = "my-group"

    let title: String
    let name: String
    let groupsURL = PageLink(HubPath.myGroups)
    /// What the person may do; nil for an admin who isn't in the group.
    let roleText: String?
    let countText: String
    let members: [Member]
    let isEmpty: Bool
    let isManaged: Bool
    let meanings: [Meaning]
    let roles: [RoleChoice]
    let addURL: PageLink
    let leaveURL: PageLink
    let typedNames: String
    /// What becomes of servers that run.
    let effectText: String
    let problem: String?

    init(
        _ found: GroupWithMembers,
        for user: UserName,
        isManaged: Bool,
        isLive: Bool,
        typedNames: String = "",
        typedRole: GroupRole = .member,
        problem: String? = nil,
    ) {
        let url = HubPath.myGroup(found.group.name)
        title = found.group.name.text
        name = found.group.name.text
        roleText = found.role(of: user)?.title
        countText = HumanText.count(found.members.count, "member")
        members = found.members.map { member in
            let role = found.role(of: member) ?? .member
            return Member(
                name: member.text,
                isYou: member == user,
                roleText: role.title,
                roles: RoleChoice.all(chosen: role),
                roleURL: PageLink("\(url)/members/\(member.pathSegment)"),
                removeURL: PageLink("\(url)/members/\(member.pathSegment)/remove"),
            )
        }
        isEmpty = members.isEmpty
        self.isManaged = isManaged
        meanings = GroupRole.allCases.map { Meaning(title: $0.title, explanation: $0.explanation) }
        roles = RoleChoice.all(chosen: typedRole)
        addURL = PageLink("\(url)/members")
        leaveURL = PageLink("\(url)/leave")
        self.typedNames = typedNames
        effectText = Self.effect(isLive: isLive)
        self.problem = problem
    }

    /// What a change comes to in servers that run.
    static func effect(isLive: Bool) -> String {
        isLive
            ? "Changes show in running servers within seconds. Programs that have files of the folder open are ended for who leaves."
            : "Changes show at the next start of a member’s server."
    }
}

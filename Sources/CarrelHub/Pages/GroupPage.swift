import CarrelModel
import CarrelStore
import Foundation

/// For admins: one group, who is in it, and what it may have.
struct GroupPage: Page {
    /// Who is in the group.
    struct Member: Sendable, Equatable {
        let name: String
        let url: PageLink
        let roleText: String
        let removeURL: PageLink
    }

    static let template = "group"

    let title: String
    let section: PageSection? = .admin
    let tabs = PageTab.admin(current: HubPath.groups)
    let groupsURL = PageLink(HubPath.groups)
    let name: String
    let added: TimeText
    let countText: String
    let members: [Member]
    let isEmpty: Bool
    let rolesURL: PageLink
    let addURL: PageLink
    let typedNames: String
    /// What stands in the form; nothing for as much as everybody's.
    let homeText: String
    /// What stands in the form; nothing for as much as every project's.
    let projectText: String
    let quotasURL: PageLink
    let removeURL: PageLink
    let problem: String?

    init(
        _ found: GroupWithMembers,
        typedNames: String = "",
        typedHome: String? = nil,
        typedProject: String? = nil,
        problem: String? = nil,
        now: Date,
    ) {
        let group = found.group
        let url = HubPath.group(group.name)
        title = group.name.text
        name = group.name.text
        added = TimeText(group.createdAt, now: now)
        countText = HumanText.count(found.members.count, "member")
        members = found.members.map { member in
            Member(
                name: member.text,
                url: AdminView().with { $0.search = member.text }.url,
                roleText: (found.role(of: member) ?? .member).title,
                removeURL: PageLink("\(url)/members/\(member.pathSegment)/remove"),
            )
        }
        isEmpty = members.isEmpty
        rolesURL = PageLink(HubPath.myGroup(group.name))
        addURL = PageLink("\(url)/members")
        self.typedNames = typedNames
        let isUnlimited = group.projectQuota == GroupRecord.unlimited
        homeText = typedHome ?? GroupQuotaText.home(group) ?? ""
        projectText = typedProject ?? (isUnlimited ? GroupQuotaText.unlimited : GroupQuotaText.project(group)) ?? ""
        quotasURL = PageLink("\(url)/quotas")
        removeURL = PageLink("\(url)/remove")
        self.problem = problem
    }
}

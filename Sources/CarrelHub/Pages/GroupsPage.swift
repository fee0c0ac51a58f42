import CarrelModel
import CarrelStore
import Foundation

/// For admins: the groups, and a form to add one.
struct GroupsPage: Page {
    /// A group in the list.
    struct Row: Sendable, Equatable {
        let name: String
        let url: PageLink
        let countText: String
        /// The first few members; nil when there are none.
        let membersText: String?
        let homeText: String
        let projectText: String

        init(_ found: GroupWithMembers) {
            let (group, members) = (found.group, found.members)
            name = group.name.text
            url = PageLink(HubPath.group(group.name))
            countText = HumanText.count(members.count, "member")
            let rest = members.count - Self.mostNamed
            let named = members.prefix(Self.mostNamed).map(\.text).joined(separator: ", ")
            membersText = members.isEmpty ? nil : named + (rest > 0 ? " and \(rest) more" : "")
            homeText = GroupQuotaText.home(group) ?? "As everybody’s"
            projectText = GroupQuotaText.project(group) ?? "As every project’s"
        }

        private static let mostNamed = 5
    }

    /// What was typed into a form that couldn't be carried out.
    struct Typed: Sendable, Equatable {
        var name = ""
        var home = ""
        var project = ""
    }

    static let template = "groups"

    let title = "Groups"
    let section: PageSection? = .admin
    let tabs = PageTab.admin(current: HubPath.groups)
    let countText: String
    let rows: [Row]
    let isEmpty: Bool
    let addURL = PageLink(HubPath.groups)
    let typed: Typed
    let problem: String?

    init(_ groups: [GroupWithMembers], typed: Typed = Typed(), problem: String? = nil) {
        countText = HumanText.count(groups.count, "group")
        rows = groups.map { Row($0) }
        isEmpty = groups.isEmpty
        self.typed = typed
        self.problem = problem
    }
}

/// A group's quotas as pages show them, and as forms take them back.
enum GroupQuotaText {
    /// What a form takes for as much as there is room.
    static let unlimited = "none"

    /// Nil for as much as everybody's.
    static func home(_ group: GroupRecord) -> String? {
        group.homeQuota.map { ByteCount(bytes: $0).description }
    }

    /// Nil for as much as every project's.
    static func project(_ group: GroupRecord) -> String? {
        group.projectQuota.map { $0 == GroupRecord.unlimited ? "No limit" : ByteCount(bytes: $0).description }
    }

    /// A change as it was typed: nothing is for that of everybody.
    static func change(_ text: String?, mayBeUnlimited: Bool = false) throws(UnitError) -> GroupDesk.QuotaChange {
        let text = (text ?? "").trimmingCharacters(in: .whitespaces)
        if text.isEmpty { return .set(nil) }
        if mayBeUnlimited, text.lowercased() == unlimited { return .unlimited }
        return .set(try ByteCount(text: text))
    }
}

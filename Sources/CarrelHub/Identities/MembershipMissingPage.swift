import CarrelModel
import CarrelStore

/// What somebody lacks who meets an instance that is for members only, and where they ask for it.
struct MembershipMissingPage: Page {
    /// One of the memberships that would do.
    struct Item: Sendable, Equatable {
        let title: String
        let url: PageLink
    }

    static let template = "membership-missing"

    let title: String
    let instance: String
    let items: [Item]
    let isOne: Bool

    /// nil when nothing that anybody can ask for leads in.
    ///
    /// - Parameters:
    ///   - instance: that they asked for.
    ///   - memberships: of all providers.
    init?(_ instance: InstanceRecord, _ memberships: [MembershipSettings]) {
        guard instance.settings.entry.contains(.group) else { return nil }
        items = memberships.compactMap { membership in
            guard let group = membership.group, instance.settings.groups.contains(group),
                let enrolment = membership.enrolment
            else { return nil }
            return Item(title: membership.title, url: PageLink(enrolment.text))
        }
        guard !items.isEmpty else { return nil }
        self.instance = instance.settings.title
        title = "\(instance.settings.title) is for members"
        isOne = items.count == 1
    }
}

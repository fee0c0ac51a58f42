import CarrelModel
import CarrelStore
import Foundation

/// The instances that somebody manages, and a form for a new one for who may make one.
struct InstancesPage: Page {
    /// One instance in the list.
    struct Row: Sendable, Equatable {
        let title: String
        let name: String
        let url: PageLink
        let kindText: String
        let stateText: String
        let peopleText: String
        let end: TimeText?
    }

    static let template = "instances"

    let title = "Instances"
    let section: PageSection? = .admin
    /// Nil for managers who aren't admins.
    let tabs: PageTabs?
    let rows: [Row]
    let isEmpty: Bool
    /// The form for a new one; nil for who may not make any.
    let form: InstanceForm?
    /// Said to makers who aren't admins.
    let makerText: String?

    init(_ rows: [Row], isAdmin: Bool, form: InstanceForm? = nil) {
        tabs = isAdmin ? PageTab.admin(current: HubPath.instances) : nil
        self.rows = rows
        isEmpty = rows.isEmpty
        self.form = form
        makerText =
            isAdmin || form == nil
            ? nil
            : "You manage what you make. Its limits can be those of this hub or lower; an admin can allow more."
    }
}

extension InstancesPage.Row {
    init(_ instance: InstanceRecord, servers: [OwnedServer], now: Date) {
        title = instance.title
        name = instance.name.text
        url = PageLink(HubPath.instance(instance.name))
        kindText = instance.settings.kind.title
        stateText = instance.stateText(at: now)
        let running = servers.filter { $0.server.observed == .ready }.count
        peopleText = "\(HumanText.count(running, "server")) running"
        end = instance.endsAt.map { TimeText($0, now: now) }
    }
}

extension InstanceRecord {
    /// Where it is in its life, for people.
    func stateText(at now: Date) -> String {
        switch state {
        case .archived: "Archived: it isn’t in carrel.yaml any more"
        case .deleting: "Being deleted"
        case .ended: "Over"
        case .open where endsAt.map { $0 <= now } == true: "Over"
        case .open: isClosed ? "Open, but not to newcomers" : "Open"
        }
    }
}

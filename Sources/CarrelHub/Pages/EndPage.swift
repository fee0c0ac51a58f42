import CarrelModel
import CarrelStore
import Foundation

/// For managers of a temporary instance: when it ends, what happens then, and how to change that.
struct EndPage: Page {
    /// What was typed.
    struct Typed: Sendable, Equatable {
        var date: String
        var time: String
    }

    static let template = "end"

    let title: String
    let section: PageSection? = .admin
    let tabs: PageTabs
    let instanceTitle: String
    let instanceName: String
    let isOver: Bool
    let endsText: String
    let deletedText: String
    let moveURL: PageLink
    let endURL: PageLink
    let typed: Typed
    let moveLabel: String
    let problem: String?
    let confirmProblem: String?

    init(
        _ instance: InstanceRecord,
        typed: Typed? = nil,
        problem: String? = nil,
        confirmProblem: String? = nil,
        now: Date,
    ) {
        let url = HubPath.end(instance.name)
        title = "End of \(instance.settings.title)"
        tabs = .instance(instance, current: url)
        instanceTitle = instance.settings.title
        instanceName = instance.name.text
        isOver = instance.state == .ended
        let end = instance.endsAt ?? now
        let grace = HumanText.duration(instance.settings.grace / .seconds(1))
        endsText =
            isOver
            ? "It has been over since \(HumanText.day(instance.endedAt ?? end)), \(HumanText.time(instance.endedAt ?? end))."
            : "It ends on \(HumanText.day(end)), \(HumanText.time(end)): in \(HumanText.duration(end.timeIntervalSince(now)))."
        if let gone = InstanceRegister.deletionDate(of: instance) {
            deletedText = "Everything in it is deleted on \(HumanText.day(gone)), \(HumanText.time(gone))."
        } else {
            deletedText =
                "Servers stop then. For \(grace) people can still download their work; then everything is deleted."
        }
        moveURL = PageLink("\(url)/move")
        endURL = PageLink("\(url)/now")
        let iso = end.formatted(.iso8601)
        self.typed = typed ?? Typed(date: String(iso.prefix(10)), time: String(iso.dropFirst(11).prefix(5)))
        moveLabel = isOver ? "Go on until then" : "Move the end"
        self.problem = problem
        self.confirmProblem = confirmProblem
    }
}

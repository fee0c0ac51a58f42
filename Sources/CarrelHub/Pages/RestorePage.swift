import CarrelSpawn
import Foundation

/// The restore points of one's home by day.
struct RestorePage: Page {
    /// A day with its points, the newest first.
    struct Day: Sendable, Equatable {
        let title: String
        let points: [Point]
    }

    /// A restore point.
    struct Point: Sendable, Equatable {
        let label: String
        let taken: TimeText
        let url: PageLink
    }

    static let template = "restore"

    let title = "Restore"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let homeLinks: PageTabs?
    let days: [Day]
    /// Why there are none.
    let noneText: String?

    init(
        _ choice: HomeChoice = .only,
        points: [RestorePoint],
        strength: QuotaStrength,
        hasPlace: Bool,
        problem: String? = nil,
        now: Date,
    ) {
        tabs = PageTab.storage(current: HubPath.restore, instance: choice.instance)
        homeLinks = choice.links(to: HubPath.restore)
        var days: [(title: String, points: [Point])] = []
        for point in points.sorted(by: { $0.date > $1.date }) {
            let title = HumanText.day(point.date)
            let shown = Point(
                label: HumanText.time(point.date),
                taken: TimeText(point.date, now: now),
                url: RestorePath(point, in: choice).browse(""),
            )
            if days.last?.title == title {
                days[days.count - 1].points.append(shown)
            } else {
                days.append((title, [shown]))
            }
        }
        self.days = days.map { Day(title: $0.title, points: $0.points) }
        noneText = points.isEmpty ? problem ?? Self.reason(strength, hasPlace: hasPlace) : nil
    }

    private static func reason(_ strength: QuotaStrength, hasPlace: Bool) -> String {
        if hasPlace {
            return "There are none yet. One is taken every hour in which something in your home has changed."
        }
        guard case .counted(let reason) = strength else { return "This hub doesn’t keep restore points." }
        return "This hub can’t keep restore points. \(reason)"
    }
}

/// Where the pages about a restore point are.
struct RestorePath {
    let point: RestorePoint
    let instance: String

    init(_ point: RestorePoint, in choice: HomeChoice) {
        (self.point, instance) = (point, choice.instance)
    }

    func browse(_ path: String) -> PageLink { link("browse", path) }
    func compare(_ path: String) -> PageLink { link("compare", path) }
    func bringBack(_ path: String) -> PageLink { link("bring-back", path) }

    /// Point and path stand in the query also of a form's address: a field would change line ends in a name.
    private func link(_ page: String, _ path: String) -> PageLink {
        let address = "\(HubPath.restore)/\(page)?point=\(Self.value(point.name))&path=\(Self.value(path))"
        return PageLink(HomeChoice.address(address, instance))
    }

    private static func value(_ text: String) -> String {
        text.queryValue
    }
}

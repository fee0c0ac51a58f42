import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// For admins: what was deleted of instances, and when.
struct DeletionsPage: Page {
    /// A deletion.
    struct Row: Sendable, Equatable {
        let title: String
        let stateText: String
        let contentText: String
        let recordURL: PageLink?
    }

    static let template = "deletions"

    let title = "Deleted instances"
    let section: PageSection? = .admin
    let tabs = PageTab.admin(current: HubPath.deletions)
    let rows: [Row]
    let isEmpty: Bool
    let publicKey: String

    init(_ records: [DeletionRecord], publicKey: String) throws {
        rows = try records.map { record in
            let report = try record.report()
            let at = record.finishedAt ?? record.startedAt
            let when = "\(HumanText.day(at)), \(HumanText.time(at))"
            let bytes = report.homes.compactMap(\.bytes).reduce(0, +)
            return Row(
                title: report.title == report.instance ? report.instance : "\(report.title) (\(report.instance))",
                stateText: record.finishedAt == nil ? "Under way since \(when)" : "Deleted on \(when)",
                contentText: [
                    "\(HumanText.count(report.homes.count, "home")) with \(HumanText.size(bytes))",
                    HumanText.count(report.accounts.count, "account"),
                    HumanText.count(report.tokens, "token"),
                ].joined(separator: ", "),
                recordURL: record.signature == nil ? nil : record.id.map { PageLink("\(HubPath.deletions)/\($0)") },
            )
        }
        isEmpty = records.isEmpty
        self.publicKey = publicKey
    }
}

import CarrelStore
import Foundation

/// The audit record, for admins.
struct AuditPage: Page {
    /// Something to choose in the form.
    struct Choice: Sendable, Equatable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    static let template = "audit"

    let title = "Audit record"
    let section: PageSection? = .admin
    let tabs = PageTab.admin(current: HubPath.audit)
    let searchURL = PageLink(HubPath.audit)
    let exportURL: PageLink
    let person: String
    let address: String
    let since: String
    let until: String
    let actions: [Choice]
    let outcomes: [Choice]
    let entries: [AuditEntry]
    let isEmpty: Bool
    let newestURL: PageLink?
    let olderURL: PageLink?

    /// A page of events, the newest first; one more than it shows says that there are older ones.
    init(_ records: [AuditRecord], view: AuditView, now: Date) {
        let shown = records.prefix(AuditView.pageSize)
        exportURL = PageLink(HubPath.audit + "/export" + view.query())
        (person, address, since, until) = (view.person, view.address, view.since, view.until)
        actions = AuditAction.allCases.map { action in
            Choice(value: action.rawValue, label: AuditWords.title(action), isChosen: action == view.action)
        }
        let labels: [(AuditRecord.Outcome, String)] = [(.done, "Done"), (.refused, "Refused"), (.failed, "Failed")]
        outcomes = labels.map { Choice(value: $0.rawValue, label: $1, isChosen: $0 == view.outcome) }
        entries = shown.map { AuditEntry($0, now: now) }
        isEmpty = entries.isEmpty
        newestURL = view.before == nil ? nil : PageLink(HubPath.audit + view.query())
        let hasOlder = records.count > AuditView.pageSize
        olderURL = hasOlder ? shown.last.map { PageLink(HubPath.audit + view.query(before: $0.id)) } : nil
    }
}

/// What was done by somebody, or to what is theirs, for themselves.
struct ActivityPage: Page {
    static let template = "activity"

    let title = "Activity"
    let section: PageSection? = .account
    let entries: [AuditEntry]
    let isEmpty: Bool
    let newestURL: PageLink?
    let olderURL: PageLink?
    let accountURL = PageLink(HubPath.account)

    /// A page of events, the newest first; one more than it shows says that there are older ones.
    init(_ records: [AuditRecord], for reader: Int64, before: Int64?, now: Date) {
        let shown = records.prefix(AuditView.pageSize)
        entries = shown.map { AuditEntry($0, for: reader, now: now) }
        isEmpty = entries.isEmpty
        newestURL = before == nil ? nil : PageLink(HubPath.activity)
        let hasOlder = records.count > AuditView.pageSize
        olderURL = hasOlder ? shown.last.map { PageLink("\(HubPath.activity)?before=\($0.id)") } : nil
    }
}

extension HubPath {
    /// The audit record, for admins.
    static let audit = admin + "/audit"
    /// One's own part of it.
    static let activity = account + "/activity"
}

import CarrelModel
import CarrelStore
import Foundation

/// What an admin wants to see of the audit record, as a query says it.
struct AuditView: Sendable, Equatable {
    /// How many events a page shows.
    static let pageSize = 50

    var person = ""
    var action: AuditAction?
    var outcome: AuditRecord.Outcome?
    /// The first day, in UTC, as `2026-11-22`.
    var since = ""
    /// The last day.
    var until = ""
    var address = ""
    /// The number before whose event the page begins; nil for the newest.
    var before: Int64?

    /// Reads a query; what isn't understood is as if it weren't there.
    init(_ field: (String) -> String?) {
        func text(_ name: String) -> String {
            String((field(name) ?? "").trimmingCharacters(in: .whitespaces).prefix(255))
        }
        person = text("person").lowercased()
        action = AuditAction(rawValue: text("action"))
        outcome = AuditRecord.Outcome(rawValue: text("outcome"))
        since = Self.day(text("since")) == nil ? "" : text("since")
        until = Self.day(text("until")) == nil ? "" : text("until")
        address = text("address")
        before = Int64(text("before"))
    }

    /// Which events these are.
    var filter: AuditFilter {
        var filter = AuditFilter()
        filter.person = person.isEmpty ? nil : person
        filter.action = action
        filter.outcome = outcome
        filter.since = Self.day(since)
        filter.until = Self.day(until).map { $0.addingTimeInterval(86_400) }
        filter.address = address.isEmpty ? nil : address
        return filter
    }

    /// Whether anything is left out.
    var isNarrowed: Bool { filter != AuditFilter() }

    /// The query of this view.
    func query(before: Int64? = nil) -> String {
        var parts: [(String, String)] = [
            ("person", person), ("action", action?.rawValue ?? ""), ("outcome", outcome?.rawValue ?? ""),
            ("since", since), ("until", until), ("address", address),
        ]
        parts.append(("before", before.map(String.init) ?? ""))
        let given = parts.filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.queryValue)" }
        return given.isEmpty ? "" : "?" + given.joined(separator: "&")
    }

    private static func day(_ text: String) -> Date? {
        guard text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil else { return nil }
        return try? Date(text + "T00:00:00Z", strategy: .iso8601)
    }
}

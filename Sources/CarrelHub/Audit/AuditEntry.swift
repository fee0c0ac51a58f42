import CarrelStore
import Foundation

/// A line of the audit record on a page.
struct AuditEntry: Sendable, Equatable {
    let who: String
    let what: String
    /// That it was refused, or failed; nil for what was done.
    let tag: String?
    let at: TimeText
    /// From where and by what means, where that is the reader's business; why it wasn't done, how often, and what more there
    /// is to say.
    let facts: String?

    /// A line for an admin, who sees all.
    init(_ record: AuditRecord, now: Date) {
        let details = record.detailFields.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
        self.init(record, for: nil, details: details.map { "\($0.key): \($0.value)" }, now: now)
    }

    /// A line for somebody whom the event concerns: where others were when they did it isn't shown.
    init(_ record: AuditRecord, for reader: Int64, now: Date) {
        self.init(record, for: reader, details: [], now: now)
    }

    private init(_ record: AuditRecord, for reader: Int64?, details: [String], now: Date) {
        who = AuditWords.who(record, for: reader)
        what = AuditWords.what(record, for: reader)
        tag =
            switch record.outcome {
            case .done: nil
            case .refused: "Refused"
            case .failed: "Failed"
            }
        let times = record.count > 1 ? ["\(record.count) times"] : []
        at = TimeText(record.time, now: now)
        let isOthers = reader != nil && record.actorKind == .user && record.actorId != reader
        let origin = isOthers ? [] : Self.origin(record)
        let facts = origin + (record.reason.map { [AuditWords.reason($0)] } ?? []) + times + details
        self.facts = facts.isEmpty ? nil : facts.joined(separator: " · ")
    }

    private static func origin(_ record: AuditRecord) -> [String] {
        let browser = record.userAgent.isEmpty ? [] : [BrowserName.words(for: record.userAgent)]
        let address = record.address.isEmpty ? [] : ["from \(record.address)"]
        let way: [String] =
            switch record.way {
            case .page: browser
            case .api: ["by the API" + (record.wayId.map { ", token \($0)" } ?? "")]
            case .command, .hub: []
            }
        return address + way
    }
}

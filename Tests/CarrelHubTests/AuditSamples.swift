import CarrelModel
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages of the audit record, in the states that people see.
enum AuditSamples {
    private static func record(
        _ id: Int64,
        _ action: AuditAction,
        of subject: String? = "ada",
        by kind: AuditSource.Kind = .user,
        outcome: AuditRecord.Outcome = .done,
    ) -> AuditRecord {
        let json = """
            {
                "id": \(id), "at": \(Int64(PagesSamples.before(Double(100 - id) * 7_000).timeIntervalSince1970 * 1000)),
                "actorKind": "\(kind.rawValue)", "actorName": "\(kind == .user ? "grete" : kind.rawValue)", "actorId": 2,
                "action": "\(action.rawValue)", "targetKind": "server", "targetName": "ada/",
                \(subject.map { "\"subjectName\": \"\($0)\", \"subjectId\": 1," } ?? "")
                "address": "2001:db8::7", "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0",
                "way": "page", "wayId": 4, "outcome": "\(outcome.rawValue)",
                "reason": \(outcome == .done ? "null" : "\"wrongPassword\""), "count": \(outcome == .done ? 1 : 12),
                "details": "{\\"role\\":\\"admin\\"}", "chain": ""
            }
            """
        guard let record = try? JSONDecoder().decode(AuditRecord.self, from: Data(json.utf8)) else {
            preconditionFailure("the sample isn't a record")
        }
        return record
    }

    /// A line about something that was done.
    static func entry(_ action: AuditAction) -> AuditEntry {
        AuditEntry(record(1, action), now: PagesSamples.now)
    }

    /// The same for somebody whom it concerns.
    static func entry(_ action: AuditAction, for reader: Int64) -> AuditEntry {
        AuditEntry(record(1, action), for: reader, now: PagesSamples.now)
    }

    private static let records =
        [
            record(99, .serverEntered), record(98, .sessionBegan), record(97, .roleGiven, by: .command),
            record(96, .sessionRefused, by: .stranger, outcome: .refused),
            record(95, .sessionRefused, of: nil, by: .stranger, outcome: .refused),
            record(94, .instanceEnded, of: nil, by: .hub),
        ] + (0..<50).map { record(Int64(90 - $0), .tokenMade) }

    private static let view = AuditView { ["person": "ada", "action": "session.began", "before": "1000"][$0] }

    static let all: [(name: String, page: any Page, frame: PageFrame)] = [
        (
            "audit", AuditPage(records, view: AuditView { _ in nil }, now: PagesSamples.now),
            PagesSamples.frame(isAdmin: true)
        ),
        ("audit-none", AuditPage([], view: view, now: PagesSamples.now), PagesSamples.frame(isAdmin: true)),
        ("activity", ActivityPage(records, for: 1, before: nil, now: PagesSamples.now), PagesSamples.frame()),
        ("activity-none", ActivityPage([], for: 1, before: 7, now: PagesSamples.now), PagesSamples.frame()),
    ]
}

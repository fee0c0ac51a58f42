import Crypto
import Foundation

/// Chains rows of the audit record: each carries the SHA-256 of the row before and of its own content.
///
/// Who changes or takes a row away breaks the chain there; who can write the file can also make the whole chain anew.
enum AuditChain {
    /// What the first row goes on from.
    static let beginning = String(repeating: "0", count: 64)

    /// What a row carries that follows one with this link.
    static func link(after previous: String, _ record: AuditRecord) -> String {
        var hash = SHA256()
        hash.update(data: Data(previous.utf8))
        for field in fields(of: record) {
            // Each with its length, so that no text can pass for two.
            hash.update(data: Data((field.map { "\($0.utf8.count):\($0)," } ?? "-,").utf8))
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    private static func fields(of record: AuditRecord) -> [String?] {
        [
            "\(record.id)", "\(record.at)", record.actorKind.rawValue, record.actorName,
            record.actorId.map(String.init), record.action, record.targetKind, record.targetName,
            record.subjectName, record.subjectId.map(String.init), record.address, record.userAgent,
            record.way.rawValue, record.wayId.map(String.init), record.outcome.rawValue, record.reason,
            "\(record.count)", record.details,
        ]
    }
}

import CarrelModel
import Foundation
import GRDB

/// That a user agreed to an instance's terms.
struct AgreementRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "agreement"

    let instanceId: Int64
    let userId: Int64
    /// What they agreed to: other terms must be agreed to anew.
    let terms: String
    let agreedAt: Date

    enum Field {
        static let instanceId = Column(CodingKeys.instanceId)
        static let userId = Column(CodingKeys.userId)
    }

    /// The titles and addresses of terms, a line each.
    static func text(of terms: [TermsSettings]) -> String {
        terms.map { "\($0.title) \($0.url?.text ?? "")" }.joined(separator: "\n")
    }
}

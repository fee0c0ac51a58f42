import CarrelStore
import Foundation
import OpenIDClient

/// Carries out what providers say about people who signed out there; each notice once.
actor SignOutNotices {
    private let now: @Sendable () -> Date
    /// The notices that came, until they would be refused for their age.
    private var seen: [String: Date] = [:]

    /// How many are remembered; the oldest go first.
    private static let most = 10_000

    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// Ends the sessions that a notice names.
    ///
    /// - Returns: how many were ended.
    func take(_ notice: LogoutNotice, from authenticator: String, _ store: Store) async throws -> Int {
        let time = now()
        seen = seen.filter { $0.value > time }
        let key = "\(authenticator) \(notice.identifier)"
        guard seen.updateValue(notice.expires, forKey: key) == nil else { return 0 }
        if seen.count > Self.most, let oldest = seen.min(by: { $0.value < $1.value }) { seen[oldest.key] = nil }
        do {
            return try await end(notice, from: authenticator, store)
        } catch {
            // The provider says it again, and then it has to count.
            seen[key] = nil
            throw error
        }
    }

    /// What the provider says is done by the hub.
    private func end(_ notice: LogoutNotice, from authenticator: String, _ store: Store) async throws -> Int {
        try await AuditTrail.$source.withValue(.hub) {
            try await endSessions(notice, from: authenticator, store)
        }
    }

    private func endSessions(_ notice: LogoutNotice, from authenticator: String, _ store: Store) async throws -> Int {
        let audit = AuditTrail(store: store, now: now)
        if let subject = notice.subject {
            guard let (identity, user) = try await store.identities.find(subject, at: authenticator),
                let id = identity.id
            else { return 0 }
            let noted = audit.noting(.sessionEnded, .account(user.name), details: ["provider": authenticator])
            return try await noted.sessions.end(ofIdentity: id, providerSession: notice.sessionID)
        }
        guard let session = notice.sessionID else { return 0 }
        let noted = audit.noting(.sessionEnded, .noAccount, details: ["provider": authenticator])
        return try await noted.sessions.end(providerSession: session, at: authenticator)
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging

/// Sees visitors off: stops the servers of those who have gone, and removes their accounts when nothing of them runs.
struct VisitorKeeper: Sendable {
    let store: Store
    /// Looks at a server after its row was changed.
    let wake: @Sendable (Int64) -> Void
    let now: @Sendable () -> Date
    let logger: Logger

    /// For how long a visitor without a server is kept whose browser is silent.
    private static let longestSilence: TimeInterval = 3600

    /// What to do about a visitor.
    enum Step: Equatable {
        case keep
        /// They have gone, and something of them still runs.
        case stopServers
        case remove
    }

    /// What to do about a visitor now; pure.
    static func step(for visitor: VisitorPresence, at now: Date) -> Step {
        guard let lastSeenAt = visitor.lastSeenAt else { return visitor.servers.isEmpty ? .remove : .stopServers }
        guard visitor.servers.isEmpty else { return .keep }
        let lastActive = max(lastSeenAt, visitor.user.lastActivityAt ?? .distantPast)
        return now.timeIntervalSince(lastActive) > longestSilence ? .remove : .keep
    }

    /// Looks at all visitors.
    func look() async throws {
        for visitor in try await store.visitors.all(now: now()) { try await carryOut(visitor) }
    }

    /// Looks at one, after they signed out or a server of theirs came to rest; whoever isn't a visitor is left alone.
    func look(at user: UserRecord) async throws {
        guard user.isVisitor, let id = user.id else { return }
        if let visitor = try await store.visitors.presence(of: id, now: now()), visitor.user.name == user.name {
            try await carryOut(visitor)
        }
    }

    private func carryOut(_ visitor: VisitorPresence) async throws {
        switch Self.step(for: visitor, at: now()) {
        case .keep: break
        case .stopServers:
            for server in visitor.servers where server.wanted == .running {
                guard let id = server.id else { continue }
                try await store.servers.requestStop(id)
                wake(id)
            }
        case .remove:
            if try await store.users.remove(visitor.user.name) {
                logger.info("visitor.left", metadata: ["user": "\(visitor.user.name)"])
            }
        }
    }
}

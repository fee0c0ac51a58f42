import CarrelModel
import CarrelStore
import Foundation

extension InstanceDesk {
    /// What the user of a server is told now, what presses most first.
    func notices(for owned: OwnedServer) async throws -> [InstanceNotice] {
        let now = now()
        let ofAll = try await notices(in: owned.instance)
        guard let startedAt = owned.server.startedAt else { return ofAll }
        let policy = policy(of: owned.instance)
        let ofStops = InstanceNotice.ofStops(
            startedAt: startedAt,
            lastActivityAt: owned.server.lastActivityAt,
            limits: policy.limits,
            isKept: !policy.isEphemeral,
            at: now,
        )
        return ofStops + ofAll
    }

    /// What everybody in an instance is told now: its end, then its messages.
    func notices(in instance: InstanceRecord) async throws -> [InstanceNotice] {
        let now = now()
        let end = InstanceNotice(endOf: instance, at: now)
        let messages = try await store.instanceMessages.current(in: instance.id ?? 0, at: now)
        return (end.map { [$0] } ?? []) + messages.map { InstanceNotice($0) }
    }
}

import CarrelModel
import CarrelStore
import Foundation

extension InstanceDesk {
    /// What the user of a server is told now, what presses most first.
    func notices(for owned: OwnedServer) async throws -> [InstanceNotice] {
        let now = now()
        var notices = try await notices(in: owned.instance)
        if let startedAt = owned.server.startedAt {
            let policy = policy(of: owned.instance)
            let age = InstanceNotice(
                ageOf: startedAt,
                limits: policy.limits,
                isKept: !policy.isEphemeral,
                at: now,
            )
            if let age { notices.insert(age, at: 0) }
        }
        return notices
    }

    /// What everybody in an instance is told now: its end, then its messages.
    func notices(in instance: InstanceRecord) async throws -> [InstanceNotice] {
        let now = now()
        let end = InstanceNotice(endOf: instance, at: now)
        let messages = try await store.instanceMessages.current(in: instance.id ?? 0, at: now)
        return (end.map { [$0] } ?? []) + messages.map { InstanceNotice($0) }
    }
}

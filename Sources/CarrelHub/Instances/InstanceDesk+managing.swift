import CarrelModel
import CarrelStore
import Foundation

extension InstanceDesk {
    /// Whether somebody may make instances: an admin, or a member of a group that the operator named for it.
    func mayMake(_ user: UserRecord) async throws -> Bool {
        if user.isAdmin { return true }
        let makers = configuration().accounts.instanceMakers
        guard !makers.isEmpty, user.onlyInstanceId == nil else { return false }
        return try await !groups(of: user).isDisjoint(with: makers)
    }

    /// Says something to everybody in an instance.
    ///
    /// - Parameters:
    ///   - text: plain text.
    ///   - instance: to whom.
    ///   - user: who says it.
    ///   - hours: for how long; nil until it is taken back.
    /// - Throws: ``StoreError/textMissing`` or ``StoreError/textTooLong(limit:)``.
    func say(_ text: String, in instance: InstanceRecord, by user: UserName, for hours: Int?) async throws {
        let now = now()
        try await store.instanceMessages.add(
            InstanceMessageRecord(
                instanceId: instance.id ?? 0,
                text: text,
                createdAt: now,
                createdBy: user.text,
                endsAt: hours.map { now.addingTimeInterval(TimeInterval(max(1, min($0, 8760))) * 3_600) },
            )
        )
    }
}

import CarrelModel
import CarrelStore
import Foundation

extension InstanceDesk {
    /// Makes an instance.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for an end that has passed, ``StoreError/instanceExists(_:)``, or
    ///   ``StoreError/instanceNameTaken(_:)``.
    func add(_ settings: InstanceSettings, by user: UserName) async throws -> InstanceRecord {
        if let end = settings.ends, end.date <= now() {
            throw HubError.badRequest("The end, \(end), has passed already.")
        }
        let record = try InstanceRecord(settings, origin: .page, createdAt: now(), createdBy: user.text)
        return try await store.instances.add(record)
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

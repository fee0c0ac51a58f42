import CarrelModel
public import Foundation
import GRDB

extension InstanceMemberStore {
    /// Makes a member a manager, or a manager a member again, as long as there is a place.
    ///
    /// - Throws: ``StoreError/instanceFull(_:)``.
    public func setRole(
        _ role: InstanceMemberRecord.Role,
        of user: Int64,
        in instance: InstanceRecord,
        at now: Date,
    ) async throws {
        try await database.write { database in
            guard let place = try Self.find(user: user, in: instance.id ?? 0, database), place.role != role else {
                return
            }
            try place.delete(database)
            try Self.join(user, instance, as: role, at: place.joinedAt, database)
        }
    }
}

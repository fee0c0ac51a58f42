import CarrelModel
import CarrelSpawn
import Logging

/// Brings the quotas of all homes and common folders to what they should be.
struct HomeQuotas: Sendable {
    let storage: any HomeStorage
    /// Finds out what each home may hold; nil for as much as there is room.
    let quotas: @Sendable () async throws -> @Sendable (HomeID) -> ByteCount?
    /// Does the same for common folders.
    var applyToCommonFolders: @Sendable () async throws -> Void = {}
    let logger: Logger

    /// Changes those that differ; servers go on meanwhile.
    func apply() async {
        do {
            let quota = try await quotas()
            for (home, usage) in try await storage.usages() {
                let wanted = quota(home)
                if usage.quota != wanted { try await storage.setQuota(wanted, of: home) }
            }
            try await applyToCommonFolders()
        } catch {
            logger.warning("quota.notApplied", metadata: ["error": "\(error)"])
        }
    }
}

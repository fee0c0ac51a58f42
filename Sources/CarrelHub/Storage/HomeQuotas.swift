import CarrelModel
import CarrelSpawn
import Logging

/// Brings the quotas of all homes to what they should be.
struct HomeQuotas: Sendable {
    let storage: any HomeStorage
    /// What a home may hold; nil for as much as there is room.
    let quota: @Sendable (HomeID) async -> ByteCount?
    let logger: Logger

    /// Changes those that differ; servers go on meanwhile.
    func apply() async {
        do {
            for (home, usage) in try await storage.usages() {
                let wanted = await quota(home)
                if usage.quota != wanted { try await storage.setQuota(wanted, of: home) }
            }
        } catch {
            logger.warning("quota.notApplied", metadata: ["error": "\(error)"])
        }
    }
}

import CarrelData
import CarrelModel
import CarrelStore
import Logging

extension Hub {
    /// Makes the file of keys at the first start, and says what can't be read any more; nothing else depends on it.
    public func prepareVault() async throws {
        do throws(VaultError) {
            guard try Vault(keyFile: parts.configuration.current.hub.vaultKey).prepare() else { return }
        } catch {
            parts.logger.error("\(error.code)", metadata: ["error": "\(error.message)", "remedy": "\(error.remedy)"])
            return
        }
        let lost = try await parts.store.credentials.everything().count
        guard lost > 0 else { return }
        let error = VaultError.keyLost
        parts.logger.error("\(error.code)", metadata: ["credentials": "\(lost)", "remedy": "\(error.remedy)"])
    }
}

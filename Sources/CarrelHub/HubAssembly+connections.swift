import CarrelData
import CarrelModel
import CarrelStore
import Foundation

extension HubAssembly {
    /// People's links to data sources.
    static func connections(
        _ parts: Hub.Parts,
        instances: InstanceDesk,
        now: @escaping @Sendable () -> Date,
    ) -> ConnectionDesk {
        ConnectionDesk(
            store: parts.store,
            vault: Vault(keyFile: parts.configuration.current.hub.vaultKey),
            probe: parts.probe,
            instances: instances,
            tries: ConnectionTries(),
            now: now,
            logger: parts.logger,
        )
    }
}

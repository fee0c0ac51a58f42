import AsyncHTTPClient
import CarrelData
import CarrelModel
import CarrelStore
import Foundation

extension HubAssembly {
    /// People's links to data sources.
    static func connections(
        _ parts: Hub.Parts,
        http: HTTPClient,
        instances: InstanceDesk,
        board: MountBoard,
        now: @escaping @Sendable () -> Date,
    ) -> ConnectionDesk {
        let configuration = parts.configuration
        return ConnectionDesk(
            store: parts.store,
            vault: Vault(keyFile: configuration.current.hub.vaultKey),
            probe: GatewayProbe(
                client: GatewayClient(http: http, socket: parts.state.gatewayControl),
                credentials: parts.store.credentials,
                vault: Vault(keyFile: configuration.current.hub.vaultKey),
                configuration: { configuration.current },
                board: board,
            ),
            instances: instances,
            tries: ConnectionTries(),
            now: now,
            logger: parts.logger,
        )
    }
}

import AsyncHTTPClient
import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import ServiceLifecycle

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
                sources: { configuration.current.dataSources },
                board: board,
            ),
            instances: instances,
            tries: ConnectionTries(),
            now: now,
            logger: parts.logger,
        )
    }

    /// What brings data sources into servers.
    static func mounts(
        _ parts: Hub.Parts,
        http: HTTPClient,
        desk: ConnectionDesk,
        board: MountBoard,
        key: HubKey,
        changed: WakeSignal,
        now: @escaping @Sendable () -> Date,
    ) -> [any Service] {
        let configuration = parts.configuration
        let keeper = MountKeeper(
            settings: MountKeeper.Settings(
                folder: parts.state.mounts,
                gateway: parts.state.gatewayRun,
                gatewaySocket: URL(filePath: parts.state.gatewayMounts).lastPathComponent,
                tools: MountTools(rclone: configuration.current.mounts.rclone),
                cache: configuration.current.mounts.cache,
                origin: { configuration.current.hub.publicURL?.description },
            ),
            spawner: parts.spawner,
            http: http,
            work: parts.work,
            logger: parts.logger,
        )
        let watch = MountWatch(
            store: parts.store,
            desk: desk,
            keeper: keeper,
            board: board,
            key: key,
            settings: { AdmissionDesk.Settings(configuration.current) },
            changed: changed,
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
        return [keeper, watch]
    }
}

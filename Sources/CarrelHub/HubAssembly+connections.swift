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

    /// What shows data sources in servers where they can't be mounted.
    static func dataInLab(
        _ parts: Hub.Parts,
        desk: ConnectionDesk,
        key: HubKey,
        now: @escaping @Sendable () -> Date,
    ) -> DataInLab {
        let configuration = parts.configuration
        return DataInLab(
            desk: desk,
            passwords: MountPasswords(store: parts.store.filePasswords, key: key, now: now),
            socket: (parts.state.gatewayRun, URL(filePath: parts.state.gatewayMounts).lastPathComponent),
            canMount: { MountTools(rclone: configuration.current.mounts.rclone).obstacle == nil },
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
            passwords: MountPasswords(store: parts.store.filePasswords, key: key, now: now),
            settings: { AdmissionDesk.Settings(configuration.current) },
            changed: changed,
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
        return [keeper, watch]
    }
}

import AsyncHTTPClient
import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import ServiceLifecycle

/// The hub's parts that bring data sources into servers.
struct MountParts: Sendable {
    /// What a server shows from its first moment on.
    let first: FirstFolders
    /// What shows the files where nothing can be mounted.
    let inLab: DataInLab
    let services: [any Service]

    /// Makes them.
    ///
    /// - Parameters:
    ///   - parts: what the hub is made of.
    ///   - http: calls the programs that mount.
    ///   - gateway: asks the data gateway.
    ///   - plans: say how data sources are reached.
    ///   - board: is told of edits that wait.
    ///   - key: makes passwords of mounts.
    ///   - changed: raised when a process of a server has begun or ended.
    ///   - now: the clock.
    init(
        _ parts: Hub.Parts,
        http: HTTPClient,
        gateway: GatewayClient,
        plans: DataSourcePlans,
        board: MountBoard,
        key: HubKey,
        changed: WakeSignal,
        now: @escaping @Sendable () -> Date,
    ) {
        let configuration = parts.configuration
        let tools = MountTools(rclone: configuration.current.mounts.rclone)
        let socket = URL(filePath: parts.state.gatewayMounts).lastPathComponent
        let passwords = MountPasswords(store: parts.store.filePasswords, key: key, now: now)
        let folders = MountedFolders(desk: plans.desk, settings: { AdmissionDesk.Settings(configuration.current) })
        let keeper = MountKeeper(
            settings: MountKeeper.Settings(
                folder: parts.state.mounts,
                gateway: parts.state.gatewayRun,
                gatewaySocket: socket,
                tools: tools,
                cache: configuration.current.mounts.cache,
                origin: { configuration.current.hub.publicURL?.description },
            ),
            spawner: parts.spawner,
            http: http,
            work: parts.work,
            logger: parts.logger,
        )
        first = FirstFolders(folders: folders, keeper: keeper, logger: parts.logger)
        inLab = DataInLab(
            desk: plans.desk,
            passwords: passwords,
            socket: (parts.state.gatewayRun, socket),
            canMount: { MountTools(rclone: configuration.current.mounts.rclone).obstacle == nil },
        )
        let watch = MountWatch(
            store: parts.store,
            folders: folders,
            keeper: keeper,
            looks: FirstLooks(plans: plans, client: gateway, changed: changed, logger: parts.logger),
            board: board,
            passwords: passwords,
            changed: changed,
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
        services = [keeper, watch]
    }
}

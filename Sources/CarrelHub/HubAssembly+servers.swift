import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

extension HubAssembly {
    /// What starts and stops servers.
    static func servers(
        _ parts: Hub.Parts,
        folders: CommonFolderDesk,
        queue: StartQueue,
        board: ProgressBoard,
        table: PublishedRoutes,
        contents: @escaping @Sendable (OwnedServer, String, String) async -> CommonFolderDesk.Folders,
        extras: @escaping @Sendable (OwnedServer) async throws -> ServerExtras,
        ends: ServerEnds,
        processChanged: @escaping @Sendable () -> Void,
        now: @escaping @Sendable () -> Date,
    ) -> ServerKeeper {
        let configuration = parts.configuration
        let launch = ServerLaunch(
            servers: parts.store.servers,
            storage: parts.storage,
            folders: folders,
            ephemeralHomes: ends.homes,
            quota: HomeQuotaBook(groups: parts.store.groups, everybody: parts.defaultQuota).size(of:),
            contents: contents,
            extras: extras,
            logger: parts.logger,
            settings: { ServerLaunch.Settings(configuration.current, of: $0, state: parts.state) },
        )
        return ServerKeeper(
            store: parts.store,
            board: board,
            queue: queue,
            logger: parts.logger,
            stopsServersOnExit: { configuration.current.hub.stopServersOnExit },
            makeDriver: { id, signal in
                ServerDriver(
                    id: id,
                    servers: parts.store.servers,
                    spawner: parts.spawner,
                    launch: launch,
                    routes: table,
                    queue: queue,
                    board: board,
                    signal: signal,
                    limits: { ServerLimits($0, configuration.current) },
                    ends: ends,
                    processChanged: processChanged,
                    now: now,
                    logger: parts.logger,
                )
            },
        )
    }
}

import CarrelModel
import CarrelSpawn
import Foundation

// Folders that the hub fills and empties for instances.

extension HubAssembly {
    /// Material is fetched as the last of the users that servers can have: one who never has files of their own.
    static func cache(_ parts: Hub.Parts, folder: String) -> MaterialCache {
        MaterialCache(folder: folder, fetcher: fetcher(parts), work: parts.work)
    }

    static func fetcher(_ parts: Hub.Parts) -> Account? {
        let last = parts.configuration.current.sandbox.uidRange.last
        return geteuid() == 0 ? Account(uid: last, gid: last) : nil
    }

    static func contents(
        _ parts: Hub.Parts,
        _ cache: MaterialCache,
        refresh: @escaping @Sendable () -> Void,
        now: @escaping @Sendable () -> Date,
    ) -> InstanceContents {
        let configuration = parts.configuration
        return InstanceContents(
            store: parts.store,
            storage: parts.storage,
            cache: cache,
            files: UserFiles(homes: configuration.current.storage.homes, executable: parts.executable),
            settings: {
                InstanceContents.Settings(
                    owner: CommonFolderDesk.Settings(configuration.current).gids?.lowerBound,
                    quota: configuration.current.storage.projectQuota,
                )
            },
            refresh: refresh,
            now: now,
            logger: parts.logger,
        )
    }

    static func deletion(
        _ parts: Hub.Parts,
        _ caches: [MaterialCache],
        now: @escaping @Sendable () -> Date,
    ) throws -> InstanceDeletion {
        InstanceDeletion(
            store: parts.store,
            storage: parts.storage,
            remains: InstanceRemains(homes: parts.configuration.current.storage.homes),
            logs: parts.state.serverLogs,
            removeMaterial: { name in for cache in caches { try await cache.remove(name) } },
            key: try parts.state.recordKey(),
            work: parts.work,
            now: now,
            logger: parts.logger,
        )
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging

extension HubAssembly {
    /// What keeps homes to their quotas.
    static func quotas(_ parts: Hub.Parts, homes: HomeDesk, folders: CommonFolderDesk) -> HomeQuotas {
        HomeQuotas(
            storage: parts.storage,
            quotas: { try await homes.wantedQuotas() },
            applyToCommonFolders: { try await folders.applyQuotas() },
            logger: parts.logger,
        )
    }

    static func restorePoints(
        _ parts: Hub.Parts,
        homes desk: HomeDesk,
        folders: CommonFolderDesk,
        now: @escaping @Sendable () -> Date,
    ) -> RestorePointKeeper {
        let configuration = parts.configuration
        let homes = configuration.current.storage.homes
        return RestorePointKeeper(
            storage: parts.storage,
            quotas: quotas(parts, homes: desk, folders: folders),
            ephemeral: {
                Set(try await parts.store.instances.all().filter { $0.settings.kind == .ephemeral }.map(\.name.text))
            },
            settings: { configuration.current.storage.restorePoints },
            space: { DiskSpace(at: homes) },
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
    }
}

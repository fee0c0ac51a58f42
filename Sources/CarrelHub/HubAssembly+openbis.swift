import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

extension HubAssembly {
    /// Where openBIS' electronic notebook posts notebooks.
    static func integration(
        _ parts: Hub.Parts,
        _ identities: IdentityParts,
        homes: HomeDesk,
    ) -> IntegrationEndpoint {
        let configuration = parts.configuration
        return IntegrationEndpoint(
            desk: IntegrationDesk(
                settings: { IntegrationDesk.Settings(configuration.current) },
                owner: { _, _ in throw IntegrationError.badToken },
                homes: homes,
                delivery: UserFiles(homes: configuration.current.storage.homes, executable: parts.executable),
                folder: parts.state.takeouts,
                work: parts.work,
            )
        )
    }
}

extension IntegrationDesk.Settings {
    /// What the configuration says; nil where there is no endpoint.
    init?(_ configuration: Configuration) {
        guard let integration = configuration.openbisIntegration else { return nil }
        self.init(
            integration: integration,
            ownOrigins: [],
            covered: Set(
                configuration.dataSources.map(\.homeFolder) + configuration.sharedFolders.map(\.name)
                    + [SharedFolderSettings.projects]
            ),
            homes: AdmissionDesk.Settings(configuration),
        )
    }
}

import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

extension HubAssembly {
    /// Where openBIS' electronic notebook posts notebooks.
    static func integration(_ parts: Hub.Parts, _ openBIS: OpenBISDesk, homes: HomeDesk) -> IntegrationEndpoint {
        let configuration = parts.configuration
        return IntegrationEndpoint(
            desk: IntegrationDesk(
                settings: { IntegrationDesk.Settings(configuration.current, openBIS) },
                owner: { token, client in
                    let name = configuration.current.openbisIntegration?.authenticator
                    guard let settings = name.flatMap(openBIS.settings) else { throw IntegrationError.notOffered }
                    return try await openBIS.user(ofToken: token, at: settings, from: client)
                },
                homes: homes,
                delivery: UserFiles(homes: configuration.current.storage.homes, executable: parts.executable),
                folder: parts.state.takeouts,
                work: parts.work,
            )
        )
    }

    /// Where notebooks begin that work on datasets of openBIS; they share the room that the endpoint has.
    static func newNotebooks(
        _ parts: Hub.Parts,
        _ integration: IntegrationEndpoint,
        _ openBIS: OpenBISDesk,
        pages: PageResponder,
        origin: @escaping @Sendable (ClientConnection) -> String,
    ) -> NewNotebookPages {
        let configuration = parts.configuration
        let shared = integration.desk
        return NewNotebookPages(
            desk: NewNotebookDesk(
                settings: { NewNotebookDesk.Settings(configuration.current) },
                openBIS: openBIS,
                homes: shared.homes,
                delivery: shared.delivery,
                files: OpenBISFileLists(work: shared.work, now: openBIS.identities.now),
                turns: shared.turns,
                folder: shared.folder,
                work: shared.work,
            ),
            pages: pages,
            origin: origin,
        )
    }
}

extension OpenBISDesk {
    /// The account of a token's owner, in the words of the endpoint where there is none.
    fileprivate func user(
        ofToken token: String,
        at settings: AuthenticatorSettings,
        from client: ClientConnection,
    ) async throws -> UserRecord {
        let owner: Owner
        do {
            owner = try await self.owner(ofToken: token, at: settings, from: client)
        } catch AuthenticatorError.deadToken {
            throw IntegrationError.badToken
        }
        switch owner {
        case .user(let user): return user
        case .disabled(let user): throw IntegrationError.noUser(user.name.text)
        case .refused(.notKnown, let person): throw IntegrationError.noUser(person.label)
        case .refused(let outcome, let person):
            let words = SignInRefusedPage(outcome, at: settings, person)
            throw IntegrationError.noProfile(person.label, reason: "\(words.what) \(words.todo)")
        }
    }
}

extension IntegrationDesk.Settings {
    /// What the configuration says; nil where there is no endpoint.
    init?(_ configuration: Configuration, _ openBIS: OpenBISDesk) {
        guard let integration = configuration.openbisIntegration else { return nil }
        self.init(
            integration: integration,
            ownOrigins: openBIS.settings(integration.authenticator)?.openBIS.trustedOrigins ?? [],
            covered: configuration.coveredFolders,
            homes: AdmissionDesk.Settings(configuration),
        )
    }
}

extension NewNotebookDesk.Settings {
    /// What the configuration says.
    init(_ configuration: Configuration) {
        let integration = configuration.openbisIntegration ?? OpenBISIntegrationSettings()
        self.init(
            largest: integration.largestNotebook,
            covered: configuration.coveredFolders,
            homes: AdmissionDesk.Settings(configuration),
        )
    }
}

extension Configuration {
    /// Folders of homes in which people see something else in their servers.
    fileprivate var coveredFolders: Set<String> {
        Set(dataSources.map(\.homeFolder) + sharedFolders.map(\.name) + [SharedFolderSettings.projects])
    }
}

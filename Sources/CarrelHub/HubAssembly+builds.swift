public import CarrelModel
public import CarrelSpawn
import CarrelStore
import Foundation

extension HubAssembly {
    /// Launch links; nil where nothing can build their environments.
    static func builds(_ parts: Hub.Parts, now: @escaping @Sendable () -> Date) -> BuildDesk? {
        guard let builder = parts.builder else { return nil }
        let configuration = parts.configuration
        return BuildDesk(
            store: parts.store.builds,
            builder: builder,
            settings: { configuration.current.binder },
            now: now,
        )
    }
}

extension BuilderSettings {
    /// What the configuration says of builds, which begin with the default environment.
    ///
    /// - Parameters:
    ///   - configuration: as it is now.
    ///   - state: where builds are kept.
    public init(_ configuration: Configuration, state: StateDirectory) {
        let binder = configuration.binder
        let environment = configuration.environments.first ?? EnvironmentSettings(name: "default")
        self.init(
            environment: URL(filePath: environment.path).resolvingSymlinksInPath().path(percentEncoded: false),
            variables: environment.variables,
            folder: state.builds,
            accounts: geteuid() == 0 ? Self.accounts(configuration) : [],
            addresses: binder.addresses,
            limits: ResourceLimits(memory: binder.memoryLimit, processors: 2, processes: binder.processLimit),
            deadline: binder.deadline,
            repositoryLimit: binder.repositoryLimit,
            environmentLimit: binder.environmentLimit,
        )
    }

    /// One for each build at a time, and one for each link that is looked at: the last of those kept for visitors.
    private static func accounts(_ configuration: Configuration) -> [Account] {
        let range = configuration.sandbox.uidRange
        return ServerLaunch.builders(in: range.first...range.last).map { Account(uid: $0, gid: $0) }
    }
}

import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

extension EnvironmentCommand {
    /// The command `carrel env remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Remove an environment that no instance offers and no server runs with; carrel.yaml isn't changed."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The environment.")
        var name: String

        func run() async throws {
            let configuration = try source.load()
            let environment = try configuration.environment(named: name)
            guard environment.name != configuration.environments[0].name else {
                throw EnvironmentFailure.isUsual(name)
            }
            let instances = try await instances(configuration).filter { $0.environments.contains(name) }
            guard instances.isEmpty else { throw EnvironmentFailure.offered(name, by: instances.map(\.name)) }
            let folder = EnvironmentFolder(path: environment.path)
            guard !folder.isForeign else { throw EnvironmentFailure.foreign(path: environment.path) }
            guard folder.hasVersions else { throw EnvironmentFailure.notBuilt(name) }
            try folder.removeAll()
            print("Removed the environment \(name).")
        }

        /// Those of the file, and those that pages made.
        private func instances(_ configuration: Configuration) async throws -> [InstanceSettings] {
            let state = StateDirectory(path: configuration.hub.stateDirectory)
            guard FileManager.default.fileExists(atPath: state.database) else { return configuration.allInstances }
            let known = try await source.openInstanceRegister().all().map(\.instance).filter { $0.origin == .page }
            return configuration.allInstances + known.map(\.settings)
        }
    }
}

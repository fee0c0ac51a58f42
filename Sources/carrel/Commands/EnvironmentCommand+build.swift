import ArgumentParser
import CarrelModel
import CarrelSpawn
import Foundation

extension EnvironmentCommand {
    /// The command `carrel env build`.
    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build an environment as carrel.yaml describes it; servers that start afterwards run with it.",
            discussion: """
                Nothing is done when it is built already. A build that fails leaves the environment as it was, and servers \
                that run keep what they were started with.
                """,
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The environment; without a name, the usual one.")
        var name: String?

        func run() async throws {
            let environment = try source.load().environment(named: name)
            let build = try EnvironmentBuild(environment)
            let missing = DebianPackages.missing(of: environment.debianPackages, installed: DebianPackages.installed)
            if let missing {
                print(
                    "environment: these packages aren't on this machine: apt-get install \(missing.joined(separator: " "))"
                )
            }
            // There is nothing to sweep where nothing was built yet.
            _ = try? EnvironmentFolder(path: environment.path).sweep(now: Date()) { version in
                print("environment: removing \(version), with which no server runs")
                fflush(nil)
            }
            fflush(nil)
            try build.run()
        }
    }
}

import ArgumentParser
import CProcess
import CarrelHub
import CarrelStore

/// The command line.
@main
struct Carrel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "carrel",
        abstract: "A notebook hub: every researcher a JupyterLab beside their data.",
        version: CarrelVersion.text,
        subcommands: [
            ServeCommand.self, DoctorCommand.self, ConfigCommand.self, UserCommand.self, GroupCommand.self,
            InstanceCommand.self, EnvironmentCommand.self, BuildCommand.self, TokenCommand.self, StorageCommand.self,
            VaultCommand.self, AuditCommand.self,
            ProxyCommand.self, GatewayCommand.self,
            HomeFilesCommand.self, PackFilesCommand.self,
        ],
    )

    static func main() async {
        carrel_give_memory_back()
        do {
            try await AuditTrail.$source.withValue(.commandLine) { try await run() }
        } catch {
            CommandFailure.exit(with: error)
        }
    }

    private static func run() async throws {
        var command = try parseAsRoot()
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }
}

import ArgumentParser
import CProcess
import CarrelHub

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
            VaultCommand.self,
            ProxyCommand.self,
            HomeFilesCommand.self, PackFilesCommand.self,
        ],
    )

    static func main() async {
        carrel_give_memory_back()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            CommandFailure.exit(with: error)
        }
    }
}

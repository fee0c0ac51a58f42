import ArgumentParser
import CarrelHub
import CarrelModel
import Foundation

extension UserCommand {
    /// The command `carrel user quota NAME SIZE|default`.
    struct Quota: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how much a user's home may hold; a hub that runs puts it to use at once."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String
        @Argument(help: "A size such as '50 GB', or 'default' for that of everybody.") var size: String

        func run() async throws {
            let user = try UserName(normalizing: name)
            let quota = size == "default" ? nil : try ByteCount(text: size)
            try await source.openAccountDesk().setHomeQuota(quota, of: user)
            HubProcess(stateDirectory: try source.load().hub.stateDirectory).look()
            print("The home of \(user) may hold \(quota?.description ?? "as much as everybody's").")
        }
    }
}

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
        @Argument(help: "A size such as '50 GB', or 'default' for that of their groups, else of everybody.") var size:
            String

        func run() async throws {
            let user = try UserName(normalizing: name)
            let quota = size == "default" ? nil : try ByteCount(text: size)
            let (desk, configuration) = (try source.openAccountDesk(), try source.load())
            try await desk.setHomeQuota(quota, of: user)
            HubProcess(stateDirectory: configuration.hub.stateDirectory).look()
            let holding = try await desk.homeQuota(of: user, everybody: configuration.storage.quota)
            print("The home of \(user) may hold \(Self.words(holding)).")
        }

        private static func words(_ quota: HomeQuota) -> String {
            let size = quota.size?.description ?? "as much as there is room"
            return switch quota.source {
            case .own: size
            case .group(let name): "\(size), as the members of \(name) may"
            case .everybody: "as much as everybody's"
            }
        }
    }
}

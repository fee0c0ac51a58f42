import ArgumentParser
import CarrelHub
import CarrelModel
import Foundation
import Logging

extension UserCommand {
    /// The command `carrel user second-factor NAME`.
    struct SecondFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "second-factor",
            abstract: "Say whether a user's second factor is on, or, with --off, turn it off."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String
        @Flag(help: "Turn it off, for who lost their app and their recovery codes. Be sure who asks.") var off = false

        func run() async throws {
            let user = try UserName(normalizing: name)
            let desk = try source.openAccountDesk()
            if off, try await desk.turnOffSecondFactor(of: user) {
                let logger = Logger(label: "carrel") { _ in EventLogHandler(shared: EventLogHandler.Shared()) }
                logger.notice("secondFactor.off", metadata: ["user": "\(user)", "by": "command"])
                print("The second factor of \(user) is off now; the password alone signs in.")
            } else if let (since, left) = try await desk.secondFactor(of: user) {
                print(
                    "The second factor of \(user) is on since \(since.formatted(.iso8601)); recovery codes left: \(left)."
                )
            } else {
                print("The second factor of \(user) is off.")
            }
        }
    }
}

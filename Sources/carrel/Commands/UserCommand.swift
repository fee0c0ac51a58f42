import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel user …`.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "The people who may sign in.",
        subcommands: [
            Add.self, List.self, Password.self, SecondFactor.self, Disable.self, Enable.self, Admin.self, Quota.self,
            Remove.self,
        ],
    )

    /// The command `carrel user list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users.")

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let rows = try await source.openAccountDesk().users().map { user in
                [
                    user.name.text,
                    user.isAdmin ? "admin" : "",
                    user.isDisabled ? "disabled" : user.mustChangePassword ? "must change password" : "",
                    user.lastActivityAt?.formatted(.iso8601) ?? "never",
                ]
            }
            print(TextTable(headings: ["name", "rights", "state", "last active"], rows: rows).text)
        }
    }

    /// The command `carrel user password NAME`.
    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user a new one-time password and sign them out everywhere; or, with --link, make a link."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String
        @Flag(help: "Print a link by which they choose a password once, within 24 hours. Nothing changes until then.")
        var link = false

        func run() async throws {
            let user = try UserName(normalizing: name)
            if link {
                let secret = try await source.openAccountDesk().makePasswordLink(for: user, by: "command")
                let origin = Announcement.addresses(of: try source.load()).first ?? ""
                print("Link for a new password of \(user): \(origin)\(AccountDesk.passwordLinkPath)#\(secret)")
                return
            }
            let password = try await source.openAccountDesk().resetPassword(of: user)
            print("One-time password of \(user): \(password)")
        }
    }

    /// The command `carrel user disable NAME`.
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse a user's sign-in and tokens, and stop their servers. Files are kept."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String

        func run() async throws {
            let user = try UserName(normalizing: name)
            try await source.openAccountDesk().setDisabled(true, of: user)
            HubProcess(stateDirectory: try source.load().hub.stateDirectory).look()
            print("User \(user) is disabled.")
        }
    }

    /// The command `carrel user enable NAME`.
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a disabled user in again.")

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String

        func run() async throws {
            let user = try UserName(normalizing: name)
            try await source.openAccountDesk().setDisabled(false, of: user)
            print("User \(user) is enabled.")
        }
    }

    /// The command `carrel user admin NAME`.
    struct Admin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a user an admin, or, with --off, no longer one."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String
        @Flag(help: "Take the right away.") var off = false

        func run() async throws {
            let user = try UserName(normalizing: name)
            try await source.openAccountDesk().setAdmin(!off, of: user)
            print("User \(user) is \(off ? "no longer" : "now") an admin.")
        }
    }

    /// The command `carrel user remove NAME`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a user whose servers are stopped. Their home is kept; its path is printed."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The user's name.") var name: String

        func run() async throws {
            let user = try UserName(normalizing: name)
            try await source.openAccountDesk().remove(user)
            HubProcess(stateDirectory: try source.load().hub.stateDirectory).look()
            let homes = try source.load().storage.homes + "/default/"
            print("User \(user) was removed. Their files, if any, are still in \(homes)\(user.unixName)")
        }
    }
}

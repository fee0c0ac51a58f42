import ArgumentParser
import CarrelHub
import CarrelModel
import Foundation

extension GroupCommand {
    /// The command `carrel group members …`.
    struct Members: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "members",
            abstract: "Who is in a group; it holds at once in a hub that runs.",
            subcommands: [Add.self, Remove.self],
        )

        /// The command `carrel group members add NAME USER …`.
        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Put users into a group, all or none of them.")

            @OptionGroup var source: ConfigurationOption
            @Argument(help: "The group's name.") var name: String
            @Argument(help: "The users' names.") var users: [String]

            func run() async throws {
                let group = try GroupName(name)
                let members = try users.map { text throws(NameError) in try UserName(normalizing: text) }
                try await source.changeGroups { try await $0.addMembers(members, to: group) }
                print("In \(group): \(GroupText.names(members)).")
            }
        }

        /// The command `carrel group members remove NAME USER …`.
        struct Remove: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Take users out of a group, all or none of them."
            )

            @OptionGroup var source: ConfigurationOption
            @Argument(help: "The group's name.") var name: String
            @Argument(help: "The users' names.") var users: [String]

            func run() async throws {
                let group = try GroupName(name)
                let members = try users.map { text throws(NameError) in try UserName(normalizing: text) }
                try await source.changeGroups { try await $0.removeMembers(members, from: group) }
                print("Not in \(group) any more: \(GroupText.names(members)).")
            }
        }
    }
}

extension GroupText {
    static func names(_ users: [UserName]) -> String {
        users.map(\.text).joined(separator: ", ")
    }
}

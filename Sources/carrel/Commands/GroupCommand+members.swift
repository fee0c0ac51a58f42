import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
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
            @Option(
                help:
                    "What they may do: reader, member, dataManager or manager. Without it who is in stays as they are."
            )
            var role: String?
            @Argument(help: "The group's name.") var name: String
            @Argument(help: "The users' names.") var users: [String]

            func validate() throws {
                guard let role, GroupRole(rawValue: role) == nil else { return }
                throw ValidationError(
                    "A role is one of: \(GroupRole.allCases.map(\.rawValue).joined(separator: ", "))."
                )
            }

            func run() async throws {
                let group = try GroupName(name)
                let role = role.flatMap { GroupRole(rawValue: $0) }
                let members = try users.map { text throws(NameError) in try UserName(normalizing: text) }
                try await source.changeGroups { desk in
                    guard let role else { return try await desk.addMembers(members, to: group) }
                    return try await desk.addMembers(members, to: group, as: role)
                }
                print("In \(group)\(role.map { " as \($0.rawValue)" } ?? ""): \(GroupText.names(members)).")
            }
        }

        /// The command `carrel group members remove NAME USER …`.
        struct Remove: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Take users out of a group, all or none of them."
            )

            @OptionGroup var source: ConfigurationOption
            @Flag(help: "Do it even if the group has no manager afterwards.") var lastManager = false
            @Argument(help: "The group's name.") var name: String
            @Argument(help: "The users' names.") var users: [String]

            func run() async throws {
                let group = try GroupName(name)
                let members = try users.map { text throws(NameError) in try UserName(normalizing: text) }
                let last: LastManager = lastManager ? .mayGo : .stays
                try await source.changeGroups { try await $0.removeMembers(members, from: group, last) }
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

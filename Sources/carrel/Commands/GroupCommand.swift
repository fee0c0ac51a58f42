import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel group …`.
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "People who share a project folder, quotas and rights.",
        subcommands: [Add.self, List.self, Show.self, Members.self, Quota.self, Remove.self],
    )

    /// The command `carrel group add NAME`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a group without members.")

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The group's name.") var name: String
        @Option(help: "How much the home of a member may hold, such as '50 GB'.") var homeQuota: String?
        @Option(help: "How much the project folder may hold, such as '1 TB'.") var projectQuota: String?
        @Option(help: "The instance that it belongs to, and that it is deleted with, its folder too.") var instance:
            String?

        func run() async throws {
            let group = try GroupName(name)
            let home = try homeQuota.map { text throws(UnitError) in try ByteCount(text: text) }
            let project = try projectQuota.map { text throws(UnitError) in try ByteCount(text: text) }
            let instance = try instance.map { text throws(NameError) in try InstanceName(text) }
            guard instance == nil || home == nil else {
                throw ValidationError("A group of an instance has no --home-quota: the instance has one for all.")
            }
            try await source.changeGroups { desk in
                if let instance {
                    try await desk.add([group], to: instance, projectQuota: project)
                    return nil
                }
                return try await desk.add([group], homeQuota: home, projectQuota: project)
            }
            print("Group \(group) was added. Put people in with: carrel group members add \(group) USER")
        }
    }

    /// The command `carrel group list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the groups.")

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let rows = try await source.openGroupDesk().all().map { found in
                [
                    found.group.name.text, "\(found.members.count)", GroupText.home(found.group),
                    GroupText.project(found.group),
                ]
            }
            print(TextTable(headings: ["name", "members", "home", "project folder"], rows: rows).text)
        }
    }

    /// The command `carrel group show NAME`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a group's members and quotas.")

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The group's name.") var name: String

        func run() async throws {
            let found = try await source.openGroupDesk().group(GroupName(name))
            print("name            \(found.group.name)")
            print("added           \(found.group.createdAt.formatted(.iso8601))")
            print("members' homes  \(GroupText.home(found.group))")
            print("project folder  \(GroupText.project(found.group))")
            print("members         \(found.members.count)")
            for member in found.members { print("  \(member)  \((found.role(of: member) ?? .member).rawValue)") }
        }
    }

    /// The command `carrel group remove NAME`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a group. Its members stay users, and its project folder is kept."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The group's name.") var name: String

        func run() async throws {
            let group = try GroupName(name)
            try await source.changeGroups { try await $0.remove(group) }
            print("Group \(group) was removed. Its project folder, if there is one, is kept with all its files.")
        }
    }
}

/// A group's quotas in words.
enum GroupText {
    static func home(_ group: GroupRecord) -> String {
        group.homeQuota.map { ByteCount(bytes: $0).description } ?? "as everybody's"
    }

    static func project(_ group: GroupRecord) -> String {
        switch group.projectQuota {
        case GroupRecord.unlimited?: "no limit"
        case let bytes?: ByteCount(bytes: bytes).description
        case nil: "as every project's"
        }
    }
}

import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel instance …`.
struct InstanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instance",
        abstract: "Policies under a name: courses, workshops, further hubs in this one.",
        subcommands: [
            List.self, Show.self, Add.self, Change.self, Archive.self, End.self, Delete.self, Record.self,
        ],
    )

    /// The command `carrel instance list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the instances.")

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let rows = try await source.openInstanceRegister().all().map { instance, members in
                [
                    instance.name.text, instance.settings.kind.rawValue, instance.state.rawValue, "\(members)",
                    instance.endsAt?.formatted(.iso8601) ?? "-", instance.settings.title,
                ]
            }
            print(TextTable(headings: ["name", "kind", "state", "members", "ends", "title"], rows: rows).text)
        }
    }

    /// The command `carrel instance show NAME`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show an instance and who belongs to it.")

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The instance's name.") var name: String

        func run() async throws {
            let register = try source.openInstanceRegister()
            let instance = try await register.instance(InstanceName(name))
            let settings = instance.settings
            print("name      \(instance.name)")
            print("title     \(settings.title)")
            print("kind      \(settings.kind.rawValue)")
            print("state     \(instance.state.rawValue)\(instance.isClosed ? ", closed to newcomers" : "")")
            print("from      \(instance.origin == .file ? "the configuration file" : "a page or a command")")
            print("entry     \(settings.entry.map(\.rawValue).joined(separator: ", "))")
            if let ends = instance.endsAt { print("ends      \(ends.formatted(.iso8601))") }
            if let gone = InstanceRegister.deletionDate(of: instance) {
                print("deleted   \(gone.formatted(.iso8601)), unless its end is moved")
            }
            let members = try await register.members(of: instance)
            print("members   \(members.count)\(settings.places.map { " of \($0)" } ?? "")")
            for member in members {
                print("  \(member.user.name)\(member.place.role == .manager ? " (manager)" : "")")
            }
        }
    }

    /// The command `carrel instance archive NAME`.
    struct Archive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an instance out of use: nobody enters any more, and everything in it is kept."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The instance's name.") var name: String
        @Flag(help: "Put it to use again.") var undo = false

        func run() async throws {
            let name = try InstanceName(name)
            try await source.changeInstances { try await $0.setArchived(!undo, name) }
            print(
                undo ? "The instance \(name) is in use again." : "The instance \(name) is archived; nothing is deleted."
            )
        }
    }
}

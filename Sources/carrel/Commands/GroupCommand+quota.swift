import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

extension GroupCommand {
    /// The command `carrel group quota NAME --home SIZE --project SIZE`.
    struct Quota: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Say how much members' homes and the project folder may hold; a hub that runs puts it to use at once."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The group's name.") var name: String
        @Option(help: "How much the home of a member may hold: a size such as '50 GB', or 'default' for everybody's.")
        var home: String?
        @Option(
            help: "How much the project folder may hold: a size, 'default' for every project's, or 'none' for no limit."
        )
        var project: String?

        func validate() throws {
            guard home != nil || project != nil else {
                throw ValidationError("Name --home, --project, or both.")
            }
        }

        func run() async throws {
            let group = try GroupName(name)
            let home = try Self.change(home)
            let project = project == "none" ? .unlimited : try Self.change(project)
            try await source.changeGroups { try await $0.setQuotas(of: group, home: home, project: project) }
            let found = try await source.openGroupDesk().group(group).group
            print("Members' homes: \(GroupText.home(found)). Project folder: \(GroupText.project(found)).")
        }

        private static func change(_ text: String?) throws(UnitError) -> GroupDesk.QuotaChange {
            switch text {
            case nil: .keep
            case "default": .set(nil)
            case let size?: .set(try ByteCount(text: size))
            }
        }
    }
}

import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelStore
import Foundation

/// Settings of an instance on the command line.
struct InstanceSettingOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: "A key of `instances` in carrel.yaml with its value, such as 'ends=2026-12-24' or 'entry=[invitation]'.",
    )
    var settings: [String] = []

    func apply(to settings: InstanceSettings) throws -> InstanceSettings {
        let lines = try self.settings.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--set takes KEY=VALUE, not '\(text)'.")
            }
            return "\(parts[0]): \(parts[1])"
        }
        return try settings.changed(
            by: lines,
            from: "--set",
            folder: FileManager.default.currentDirectoryPath,
        )
    }
}

extension InstanceCommand {
    /// The command `carrel instance add NAME`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an instance that the configuration file doesn't have."
        )

        @OptionGroup var source: ConfigurationOption
        @OptionGroup var options: InstanceSettingOptions
        @Argument(help: "The instance's name; servers in it have it too.") var name: String

        func run() async throws {
            let settings = try options.apply(to: InstanceSettings(name: InstanceName(name).text))
            try await source.changeInstances { _ = try await $0.add(settings, by: nil) }
            print("The instance \(name) was added.")
        }
    }

    /// The command `carrel instance change NAME`.
    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change settings of an instance that the configuration file doesn't have."
        )

        @OptionGroup var source: ConfigurationOption
        @OptionGroup var options: InstanceSettingOptions
        @Argument(help: "The instance's name.") var name: String

        func run() async throws {
            let name = try InstanceName(name)
            try await source.changeInstances { register in
                let settings = try options.apply(to: try await register.instance(name).settings)
                try await register.set(settings, of: name)
            }
            print("The instance \(name) was changed.")
        }
    }

    /// The command `carrel instance end NAME`.
    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a temporary instance now, or give it another end with --at; one that is over goes on then."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The instance's name.") var name: String
        @Option(help: "A date such as 2026-12-24 (the end of that day, UTC) or a time such as 2026-12-24T18:00:00Z.")
        var at: String?
        @Option(help: "The instance's name once more, to end it now.") var confirm: String?

        func validate() throws {
            if at == nil, confirm != name {
                throw ValidationError("To end it now, write --confirm \(name). To move its end, write --at DATE.")
            }
        }

        func run() async throws {
            let name = try InstanceName(name)
            var end: Date?
            if let at {
                guard let time = EndTime(text: at) else { throw ValidationError("'\(at)' is no date and no time.") }
                end = time.date
            }
            try await source.changeInstances { register in
                _ = if let end { try await register.moveEnd(of: name, to: end) } else { try await register.end(name) }
            }
            print(
                end.map { "The instance \(name) ends at \($0.formatted(.iso8601))." }
                    ?? "The instance \(name) ends now."
            )
        }
    }
}

import ArgumentParser
import CarrelModel
import Foundation

/// The command `carrel config …`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check the configuration, or show what can be configured.",
        subcommands: [Check.self, Document.self, Reload.self],
    )

    /// The command `carrel config check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the configuration and say what is wrong with it."
        )

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let configuration = try source.load()
            let faults = configuration.catalogueFaults
            for fault in faults.dropLast() { FileHandle.standardError.write(Data("\(fault.message)\n".utf8)) }
            if let fault = faults.last { throw fault }
            print("\(source.path ?? "The default configuration") is in order.")
        }
    }

    /// The command `carrel config document`.
    struct Document: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the description of every key, in Markdown.")

        func run() async throws {
            print(ConfigurationDocument.markdown(), terminator: "")
        }
    }

    /// The command `carrel config reload`.
    struct Reload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have the running hub read its configuration again.")

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let configuration = try source.load()
            try HubProcess(stateDirectory: configuration.hub.stateDirectory).reload()
            print("The hub reads its configuration again; its log says what changed.")
        }
    }
}

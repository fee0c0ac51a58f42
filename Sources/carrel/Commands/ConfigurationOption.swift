import ArgumentParser
import CarrelModel
import Foundation

/// Where a command takes its configuration from.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.short, .customLong("config")],
        help: "The configuration file. Without it: carrel.yaml in this folder if there is one, else the defaults.",
    )
    var file: String?

    /// The file that is used, if any.
    var path: String? {
        file ?? (FileManager.default.fileExists(atPath: "carrel.yaml") ? "carrel.yaml" : nil)
    }

    /// Reads the configuration.
    func load() throws(ConfigurationError) -> Configuration {
        try Configuration.load(file: path)
    }
}

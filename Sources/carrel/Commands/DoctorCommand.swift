import ArgumentParser
import CarrelHub
import CarrelModel
import Foundation

/// The command `carrel doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine can and can't do for Carrel, and what mends it.",
    )

    @OptionGroup var source: ConfigurationOption

    func run() async throws {
        let configuration = try source.load()
        let findings = await Checks(configuration, state: StateDirectory(path: configuration.hub.stateDirectory))
            .findings()
        for finding in findings {
            print("\(Self.mark(finding.grade))  \(finding.subject): \(finding.message)")
            if let remedy = finding.remedy { print("      \(remedy)") }
        }
        if findings.contains(where: { $0.grade == .missing }) { throw ExitCode(1) }
    }

    private static func mark(_ grade: Finding.Grade) -> String {
        switch grade {
        case .good: "good   "
        case .weaker: "weaker "
        case .missing: "missing"
        }
    }
}

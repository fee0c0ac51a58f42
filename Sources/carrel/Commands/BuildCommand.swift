import ArgumentParser
import CarrelModel
import CarrelStore
import Foundation

/// The command `carrel build …`.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Environments that launch links made of repositories.",
        subcommands: [List.self, Remove.self],
    )

    /// How many characters of an id are shown.
    static let shown = 12

    /// The command `carrel build list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List them, the one that was launched last first."
        )

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let builds = try source.openBuilds()
            let used = try await builds.inUse()
            let rows = try await builds.all().map { build in
                [
                    String(build.id.prefix(BuildCommand.shown)),
                    used.contains(build.id) ? "in use" : build.state.rawValue,
                    build.bytes.map { ByteCount(bytes: $0).description } ?? "",
                    build.usedAt.formatted(.iso8601),
                    build.repository,
                    String(build.commit.prefix(BuildCommand.shown)),
                    build.failure ?? "",
                ]
            }
            let headings = ["id", "state", "size", "last launched", "repository", "commit", "why it failed"]
            print(TextTable(headings: headings, rows: rows).text)
        }
    }

    /// The command `carrel build remove ID …`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove some that no server has; the next launch of the same commit builds it anew.",
            discussion: "A hub that runs frees the disk within two minutes, another when it next starts.",
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "Ids from `carrel build list`, or how they begin.") var ids: [String]

        func run() async throws {
            let builds = try source.openBuilds()
            let all = try await builds.all()
            let meant = try ids.map { id in
                let found = all.filter { $0.id.hasPrefix(id.lowercased()) }
                guard let only = found.first else { throw BuildFailure.unknown(id) }
                guard found.count == 1 else { throw BuildFailure.several(id) }
                return only
            }
            for build in meant {
                let id = String(build.id.prefix(BuildCommand.shown))
                guard try await builds.remove(build, now: Date()) else { throw BuildFailure.inUse(id) }
                print("Removed \(id) of \(build.repository).")
            }
        }
    }
}

/// Why a command about builds can't do its work.
enum BuildFailure: CarrelError, Equatable {
    /// Nothing was built under this id.
    case unknown(String)
    /// More than one id begins like this.
    case several(String)
    /// It is being built, or a server has it or is about to.
    case inUse(String)

    var code: String {
        switch self {
        case .unknown: "build.unknown"
        case .several: "build.several"
        case .inUse: "build.inUse"
        }
    }

    var message: String {
        switch self {
        case .unknown(let id): "There is no build \(id)."
        case .several(let id): "Several builds begin with \(id)."
        case .inUse(let id): "\(id) is being built, or a server has it, or was launched in the last ten minutes."
        }
    }

    var remedy: String {
        switch self {
        case .unknown: "`carrel build list` lists them."
        case .several: "Give more of the id."
        case .inUse: "Wait until it is done, or stop the servers that were launched with it."
        }
    }
}

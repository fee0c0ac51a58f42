import ArgumentParser
import CarrelModel
import CarrelSpawn
import Foundation

/// The command `carrel env …`.
struct EnvironmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Build the environments that servers run with, show them, and try their kernels.",
        subcommands: [Build.self, List.self, Show.self, Check.self, Remove.self],
    )

    /// The command `carrel env list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the environments; the first is the usual one.")

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let rows = try source.load().environments.map { environment in
                let isBuilt = EnvironmentFolder(path: environment.path).isBuilt
                let kernels = EnvironmentKernel.all(in: environment.path).filter { $0.missing().isEmpty }
                return [environment.name, isBuilt ? "built" : "not built", "\(kernels.count)", environment.path]
            }
            print(TextTable(headings: ["ENVIRONMENT", "STATE", "KERNELS", "FOLDER"], rows: rows).text)
        }
    }

    /// The command `carrel env show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say where an environment is, and which kernels it offers."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The environment; without a name, the usual one.")
        var name: String?

        func run() async throws {
            let environment = try source.load().environment(named: name)
            let target = URL(filePath: environment.path).resolvingSymlinksInPath().path
            print("folder    \(environment.path)" + (target == environment.path ? "" : " -> \(target)"))
            print("packages  \(environment.packages ?? "those of Carrel's default environment")")
            if let missing = DebianPackages.missing(of: environment.debianPackages, installed: DebianPackages.installed)
            {
                print("missing   \(missing.joined(separator: ", ")): apt-get install \(missing.joined(separator: " "))")
            }
            let rows = EnvironmentKernel.all(in: environment.path).map { kernel in
                let missing = kernel.missing()
                let state = missing.isEmpty ? "offered" : "left out: \(missing.joined(separator: ", ")) is missing"
                let package = missing.isEmpty ? "" : kernel.package.map { "apt-get install \($0)" } ?? ""
                return [kernel.name, kernel.title, state, package]
            }
            print(TextTable(headings: ["KERNEL", "TITLE", "STATE", "MENDED BY"], rows: rows).text)
            let extensions = EnvironmentExtension.all(in: environment.path).map { one in
                [one.name, one.version, one.isOn ? "on" : "off"]
            }
            print(TextTable(headings: ["EXTENSION OF JUPYTERLAB", "VERSION", "STATE"], rows: extensions).text)
        }
    }

    /// The command `carrel env check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start each kernel of an environment and let it calculate 1+1; ends with 1 when one can't."
        )

        @OptionGroup var source: ConfigurationOption
        @Argument(help: "The environment; without a name, the usual one.")
        var name: String?
        @Option(help: "How many seconds each kernel may take.")
        var deadline = 120

        func validate() throws {
            guard (1...3600).contains(deadline) else {
                throw ValidationError("The deadline is a number of seconds from 1 to 3600.")
            }
        }

        func run() async throws {
            let environment = try source.load().environment(named: name)
            let kernels = EnvironmentKernel.all(in: environment.path)
            guard !kernels.isEmpty else { throw EnvironmentFailure.noKernels(environment.name, environment.path) }
            let check = KernelCheck(environment: environment, limit: .seconds(deadline))
            var works = true
            for kernel in kernels {
                let result = try await check.result(of: kernel)
                print(result.line)
                fflush(nil)
                works = works && result.state == .works
            }
            if !works { throw ExitCode(1) }
        }
    }
}

extension Configuration {
    /// The environment of a name; the usual one for none.
    func environment(named name: String?) throws(EnvironmentFailure) -> EnvironmentSettings {
        guard let name else { return environments[0] }
        guard let found = environments.first(where: { $0.name == name }) else {
            throw .unknown(name, known: environments.map(\.name))
        }
        return found
    }
}

import CarrelModel
import CarrelSpawn
import Foundation

/// How an environment is built: by `python/build-environment`, which this program becomes.
struct EnvironmentBuild {
    let environment: EnvironmentSettings
    /// Carrel's folder `python`.
    let scripts: String

    /// Looks for all that is needed.
    ///
    /// - Throws: ``EnvironmentFailure``.
    init(_ environment: EnvironmentSettings) throws {
        guard !EnvironmentFolder(path: environment.path).isForeign else {
            throw EnvironmentFailure.foreign(path: environment.path)
        }
        self.environment = environment
        scripts = try Executable.scripts()
    }

    /// The program and its arguments.
    ///
    /// - Throws: ``EnvironmentFailure/noPython(_:)``.
    func command(
        isThere: (String) -> Bool = { FileManager.default.isExecutableFile(atPath: $0) }
    ) throws(EnvironmentFailure) -> [String] {
        let own = scripts + "/environments/default"
        var command = [
            "/usr/bin/python3", scripts + "/build-environment", environment.path,
            environment.packages ?? own + "/requirements.lock",
            "--package", scripts, "--overrides", own + "/overrides.json",
        ]
        if environment.packages == nil {
            // With what makes environments of repositories, which needs packages of Carrel's own lock file.
            command += ["--package", scripts + "/builder"]
            command += ["--repository-lock", scripts + "/environments/repository/requirements.lock"]
            // openBIS' buttons, and its client, which comes as source only.
            command += ["--package", scripts + "/openbis", "--source", "pybis"]
        }
        if let version = environment.python {
            let programs = ["/usr/bin/python\(version)", "/usr/local/bin/python\(version)"]
            guard let program = programs.first(where: isThere) else { throw .noPython(version) }
            command += ["--python", program]
        }
        command += environment.kernels.flatMap { ["--kernel", $0] }
        command += environment.start.map { ["--start", $0] } ?? []
        return command + environment.withoutExtensions.flatMap { ["--turn-off", $0] }
    }

    /// Becomes the program: its signals, its terminal and its exit code are this command's.
    ///
    /// - Throws: what keeps it from being run; it doesn't return otherwise.
    func run() throws {
        let command = try command()
        let words = command.map { strdup($0) } + [nil]
        execv(command[0], words)
        let number = errno
        for word in words { free(word) }
        throw CocoaError(.executableLoad, userInfo: [NSLocalizedDescriptionKey: String(cString: strerror(number))])
    }
}

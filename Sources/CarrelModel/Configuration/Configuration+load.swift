import Foundation

extension Configuration {
    /// Reads, checks and completes a configuration file.
    ///
    /// - Parameters:
    ///   - file: nil for the defaults. A relative path goes from `workingDirectory`.
    ///   - workingDirectory: absolute; what relative paths inside go from when there is no file. nil for the process's.
    /// - Returns: a configuration whose paths are all absolute; relative ones went from the file's folder.
    /// - Throws: everything that is wrong with the file, with its places.
    public static func load(
        file: String?,
        workingDirectory: String? = nil,
    ) throws(ConfigurationError) -> Configuration {
        let workingDirectory = workingDirectory ?? FileManager.default.currentDirectoryPath
        guard let file else { return try read([], file: "defaults", folder: workingDirectory) }
        let path = PathBase.absolute(file, in: workingDirectory)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        return try read(try contents(of: path, named: file), file: file, folder: folder)
    }

    /// Reads, checks and completes the bytes of a configuration file.
    ///
    /// - Parameters:
    ///   - bytes: YAML; empty for the defaults.
    ///   - file: what messages call it.
    ///   - folder: absolute; what relative paths inside go from.
    /// - Returns: a configuration whose paths are all absolute.
    /// - Throws: everything that is wrong with it, with its places.
    public static func read(
        _ bytes: [UInt8],
        file: String,
        folder: String,
    ) throws(ConfigurationError) -> Configuration {
        var reader = SettingReader(file: file)
        var configuration = Configuration()
        if let text = ConfigurationText.checked(bytes, &reader), let root = ConfigurationTree.parse(text, &reader) {
            reader.read(root, at: "", into: &configuration)
        }
        if reader.problems.isEmpty {
            let stateDirectory = PathBase.absolute(configuration.hub.stateDirectory, in: folder)
            configuration.resolvePaths(PathBase(folder: folder, stateDirectory: stateDirectory))
            for fault in configuration.allFaults { reader.report(fault) }
        }
        guard reader.problems.isEmpty else { throw .invalid(file: file, inOrder(reader.problems)) }
        return configuration
    }

    /// The problems in the order of the file, each once.
    private static func inOrder(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        problems.sorted().reduce(into: []) { result, problem in
            if result.last != problem { result.append(problem) }
        }
    }

    private static func contents(of path: String, named file: String) throws(ConfigurationError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            let reason: ConfigurationError.Reason =
                switch (error as? CocoaError)?.code {
                case .fileReadNoSuchFile?, .fileNoSuchFile?: .missing
                case .fileReadNoPermission?: .forbidden
                default: .unreadable
                }
            throw .unreadable(file: file, reason)
        }
    }
}

import Foundation

extension InstanceSettings {
    /// The settings with some keys changed, each written as in `carrel.yaml`.
    ///
    /// - Parameters:
    ///   - changes: lines such as `ends: 2026-12-24`, in YAML; keys that they don't name stay.
    ///   - source: what messages call them.
    ///   - folder: absolute; what relative paths go from.
    /// - Returns: settings that hold by themselves.
    /// - Throws: everything that is wrong with them.
    public func changed(
        by changes: [String],
        from source: String,
        folder: String,
    ) throws(ConfigurationError) -> InstanceSettings {
        var reader = SettingReader(file: source)
        var settings = self
        let bytes = Array(changes.joined(separator: "\n").utf8)
        if let text = ConfigurationText.checked(bytes, &reader), let root = ConfigurationTree.parse(text, &reader) {
            reader.read(root, at: "", into: &settings)
        }
        if reader.problems.isEmpty {
            settings.resolvePaths(PathBase(folder: folder, stateDirectory: folder))
            for fault in settings.allFaults { reader.report(fault) }
        }
        guard reader.problems.isEmpty else { throw .invalid(file: source, reader.problems.sorted()) }
        return settings
    }
}

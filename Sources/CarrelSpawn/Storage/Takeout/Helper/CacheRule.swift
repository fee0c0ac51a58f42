/// What counts as a cache: programs make it again, or it is kept elsewhere.
///
/// At the top of a home `.cache` and `.snapshots` (restore points), the rubbish of JupyterLab, and everywhere what Python
/// keeps of its modules.
enum CacheRule {
    private static let fixed = Set([".cache", ".snapshots", ".local/share/Trash"].map { Array($0.utf8) })
    private static let anywhere = Array("__pycache__".utf8)
    private static let lastNames = Set([".cache", ".snapshots", "Trash"].map { Array($0.utf8) })

    /// Whether a folder is one.
    ///
    /// `path` is its path from the home on, asked for only when its last name could be one.
    static func isCache(_ name: [UInt8], path: @autoclosure () -> [UInt8]) -> Bool {
        name == anywhere || (lastNames.contains(name) && fixed.contains(path()))
    }
}

import CarrelModel
import Glibc

/// What `carrel doctor` says of an environment whose files can't be shown as the user's own.
///
/// Servers run with such an environment too, but its files stay root's there (see ``ThrowAwayLayer``): nothing can be
/// installed into it.
enum EnvironmentFinding {
    /// Tries to show an environment as the user's own, as a server's start does.
    ///
    /// - Parameters:
    ///   - path: the environment's folder; one that isn't there is no finding of this one.
    ///   - account: whose its files are to seem.
    /// - Returns: nil when that works, or can't be tried because something else is missing.
    static func of(_ path: String, as account: Account) -> Finding? {
        guard access(path, F_OK) == 0,
            let isShown = try? ThrowAwayLayer.canShow(path, as: account), !isShown
        else { return nil }
        let kind = MountTable.entry(of: path)?.kind ?? "its kind of file system"
        return Finding(
            subject: "environment \(path)",
            grade: .weaker,
            message: """
                It is on \(kind), whose files Linux can't show here as another owner's (an idmapped mount). So in servers \
                they stay root's, and `pip install` can't change the environment.
                """,
            remedy: """
                Put the environment on ext4, xfs, btrfs or tmpfs (in a container: on a volume, not in the image), and set \
                its path in carrel.yaml.
                """,
        )
    }
}

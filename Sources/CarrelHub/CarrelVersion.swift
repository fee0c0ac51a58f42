/// Carrel's own version.
public enum CarrelVersion {
    /// As in CHANGELOG.md.
    public static let text = "0.1.0"
}

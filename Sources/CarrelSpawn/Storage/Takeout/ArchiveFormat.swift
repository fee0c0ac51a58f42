/// The kinds of archive that a takeout can be.
public enum ArchiveFormat: String, Sendable, Codable, CaseIterable {
    /// Opens everywhere; no hard links, and times to the second.
    case zip
    /// Keeps all that a home can hold; for Linux and macOS.
    case tarZstd = "tar.zst"

    /// What the name of such a file ends with, without the dot.
    public var fileExtension: String { rawValue }

    /// Its type for HTTP; RFC 8878 §7.1 for zstd.
    public var mediaType: String {
        switch self {
        case .zip: "application/zip"
        case .tarZstd: "application/zstd"
        }
    }
}

import Foundation

/// A picture for a provider's button.
struct AuthenticatorLogo {
    let bytes: Data
    let contentType: String

    /// The most bytes.
    private static let limit = 65_536

    /// Reads a file; nil when it can't be read, is too large, or is no SVG or PNG.
    init?(at path: String) {
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= Self.limit else { return nil }
        self.bytes = bytes
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            contentType = "image/png"
        } else if String(decoding: bytes.prefix(1024), as: UTF8.self).contains("<svg") {
            contentType = "image/svg+xml"
        } else {
            return nil
        }
    }
}

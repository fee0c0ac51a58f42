/// The kinds of pictures that are shown, told by how a file begins; never by its name, and never one that can hold scripts.
enum PictureKind: String, Sendable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case gif = "image/gif"
    case webp = "image/webp"

    /// As many bytes as it takes to tell.
    static let beginning = 12
    /// The largest file that is shown as a picture, in bytes.
    static let largest: Int64 = 20_000_000

    /// Tells by the first bytes; nil for anything else.
    init?(_ bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(Self.beginning))
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if start.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if start.starts(with: "GIF87a".utf8) || start.starts(with: "GIF89a".utf8) {
            self = .gif
        } else if start.starts(with: "RIFF".utf8), start.dropFirst(8).elementsEqual("WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }
}

/// The name of a file or folder: UTF-8 by its bytes, so that `é` in its two forms stays what it is.
///
/// Other bytes aren't taken: AsyncHTTPClient asks for `/` instead of an address that has them, and so a removal would be of
/// all that a server has.
public struct WebDAVName: Sendable, Hashable {
    /// UTF-8; no slash and no null byte among them, and not `.` or `..`.
    public let bytes: [UInt8]

    /// Takes bytes; nil for what can't be a name.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = [UInt8](bytes)
        let dot = UInt8(ascii: ".")
        guard !bytes.isEmpty, bytes != [dot], bytes != [dot, dot], !bytes.contains(0),
            !bytes.contains(UInt8(ascii: "/")), String(validating: bytes, as: UTF8.self) != nil
        else { return nil }
        self.bytes = bytes
    }

    /// Takes a text, whose form isn't changed; nil for what can't be a name.
    public init?(_ text: some StringProtocol) {
        self.init(bytes: text.utf8)
    }

    /// The name as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether a write that was cut off may have left it behind; nothing else should have such a name.
    public var isUploadRemnant: Bool {
        bytes.starts(with: Self.remnantPrefix.utf8) && bytes.count == Self.remnantPrefix.utf8.count + 32
    }

    static let remnantPrefix = ".webdav-upload-"
}

extension WebDAVName: CustomStringConvertible {
    /// The name to show.
    public var description: String { text }
}

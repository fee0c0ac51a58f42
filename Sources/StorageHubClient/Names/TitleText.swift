/// How any file name becomes a title that the service takes, and back.
///
/// The service refuses names with `:[]*|`, control characters, and a space at an end, for Jackrabbit doesn't take them in a
/// path. They are written as `%` and two digits; so is a `%` that would otherwise be read as one of them. All other names
/// are titles as they are, and titles that nobody wrote so are shown as they are.
enum TitleText {
    /// The title for a file name.
    ///
    /// - Throws: ``StorageHubError/unfitName``.
    static func title(for name: String) throws(StorageHubError) -> String {
        guard isFit(name) else { throw .unfitName }
        return encode(name)
    }

    /// The file name for a title.
    static func name(for title: String) -> String {
        let plain = EscapedSign.read(in: title, where: isOurs)
        return ExactText(encode(plain)) == ExactText(title) ? plain : title
    }

    /// Whether a file can have that name: 1 to 255 bytes, no slash, no zero byte, not `.` or `..`.
    static func isFit(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && ![".", ".."].contains(name)
            && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 }
    }

    private static func encode(_ name: String) -> String {
        let signs = Array(name.unicodeScalars)
        var title = String.UnicodeScalarView()
        for (place, sign) in signs.enumerated() {
            let isAtEnd = place == 0 || place == signs.count - 1
            let isMistakable = sign == "%" && EscapedSign.sign(at: place, in: signs).map(isOurs) ?? false
            if isMistakable || isRefused(sign) || (sign == " " && isAtEnd) {
                title.append(contentsOf: EscapedSign.write(sign))
            } else {
                title.append(sign)
            }
        }
        return String(title)
    }

    private static func isOurs(_ sign: Unicode.Scalar) -> Bool {
        sign == "%" || sign == " " || isRefused(sign)
    }

    private static func isRefused(_ sign: Unicode.Scalar) -> Bool {
        sign.value < 0x20 || sign.value == 0x7f || ":[]*|".unicodeScalars.contains(sign)
    }
}

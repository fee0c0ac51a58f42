/// Reads the addresses in a multi-status and says where below the remote's folder they are.
///
/// They may be paths or whole addresses (RFC 4918 §8.3), escaped in any way, with or without a slash at their end. Scheme
/// and port aren't compared: a server behind a proxy doesn't know its own.
struct HrefReader: Sendable {
    let address: WebDAVAddress

    /// The path; nil for another host, or a place outside the remote's folder.
    func path(of href: String) -> WebDAVPath? {
        var rest = Substring(href.trimmed)
        if rest.utf8.first != UInt8(ascii: "/"), let mark = rest.firstRange(of: "://") {
            // Scalars, as a slash with a combining mark after it is another character.
            let authority = Substring(rest[mark.upperBound...].unicodeScalars.prefix { $0 != "/" })
            guard let origin = WebDAVOrigin(scheme: String(rest[..<mark.lowerBound]), authority: authority),
                origin.host == address.origin.host
            else { return nil }
            rest = rest[authority.endIndex...]
        }
        guard rest.isEmpty || rest.utf8.first == UInt8(ascii: "/"), let names = PercentText.names(of: rest.utf8),
            names.starts(with: address.root)
        else { return nil }
        return WebDAVPath(Array(names.dropFirst(address.root.count)))
    }
}

extension String {
    /// Without spaces and line ends around it.
    var trimmed: String {
        let isSpace: (Unicode.Scalar) -> Bool = { [" ", "\t", "\r", "\n"].contains($0) }
        let start = unicodeScalars.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...last])
    }
}

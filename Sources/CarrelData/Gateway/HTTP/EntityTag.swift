import Crypto

/// The word by which HTTP knows a version of a file (RFC 9110 §8.8.3).
enum EntityTag {
    /// That of an entry with a version.
    static func of(_ entry: DataEntry) -> String? {
        guard !entry.isFolder, let version = entry.version else { return nil }
        return of(version)
    }

    /// That of a version: its own word where that can stand between quotes, or a hash of it.
    static func of(_ version: DataVersion) -> String {
        let isPlain = version.text.utf8.allSatisfy { 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\"") }
        if isPlain, (1...128).contains(version.text.utf8.count) { return "\"\(version.text)\"" }
        let hash = SHA256.hash(data: Array(version.text.utf8)).prefix(16)
        return "\"h-" + hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() + "\""
    }

    /// The words of a list such as `"a", W/"b"`, where a weak one keeps its `W/`; nil when it is broken.
    static func list(_ text: String) -> [String]? {
        var tags: [String] = []
        var rest = Substring(text)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.isEmpty { return tags }
            let weak = rest.hasPrefix("W/") ? "W/" : ""
            rest = rest.dropFirst(weak.count)
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
            tags.append(weak + rest[...end])
            rest = rest[rest.index(after: end)...]
        }
    }
}

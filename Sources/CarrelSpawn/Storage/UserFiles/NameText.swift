/// Names and paths of files as text that can be turned back into exactly the bytes they are.
///
/// A name in Linux is bytes, mostly UTF-8 and not always. Each byte that belongs to no character stands as a
/// private-use character of its own, U+10FE80 to U+10FEFF; where a name has one of these itself, each of its bytes does.
/// So a text means one name only, a name made of characters stays as it is, and neither `/` nor zero can be hidden.
public enum NameText {
    /// U+10FE00: a byte is added to it.
    private static let base: UInt32 = 0x10_FE00

    /// The byte that a character stands for; nil when it is a character of the name's own.
    public static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        guard scalar.value >= base + 0x80, scalar.value <= base + 0xFF else { return nil }
        return UInt8(scalar.value - base)
    }

    /// A name as text.
    public static func text(of bytes: some Collection<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var place = bytes.startIndex
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if byte(scalar) == nil { scalars.append(scalar) } else { append(encoded, to: &scalars) }
                place = bytes.index(place, offsetBy: encoded.count)
            case .error(let length):
                let end = bytes.index(place, offsetBy: length)
                append(bytes[place..<end], to: &scalars)
                place = end
            case .emptyInput: return String(scalars)
            }
        }
    }

    private static func append(_ bytes: some Sequence<UInt8>, to scalars: inout String.UnicodeScalarView) {
        scalars.append(contentsOf: bytes.compactMap { Unicode.Scalar(base + UInt32($0)) })
    }

    /// The bytes that a text stands for.
    public static func bytes(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if let byte = byte(scalar) {
                bytes.append(byte)
            } else {
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
        return bytes
    }

    /// A text for people, in which every byte that belongs to no character is a replacement character.
    public static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { byte($0) == nil ? $0 : "\u{FFFD}" }))
    }

    /// The names in a path; empty ones too.
    ///
    /// Cut at the bytes `/`: in a `String` a combining character after it would make it another character.
    public static func names(in path: String) -> [String] {
        path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    }

    /// A text as system calls take it.
    static func name(of text: String) -> DirectoryEntry.Name {
        bytes(of: text).map { CChar(bitPattern: $0) } + [0]
    }

    /// What a system call gave, as text.
    static func text(entry name: DirectoryEntry.Name) -> String {
        text(of: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}

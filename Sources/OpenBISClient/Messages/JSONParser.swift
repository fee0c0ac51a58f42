/// Reads JSON (RFC 8259) within bounds, and finds the objects that Jackson's references stand for.
///
/// An object is written once, with a number as `@id`; where it comes again there is the number alone (reference 4.3). Numbers
/// count for the whole document, from where the object begins; of two objects with one number, the later one counts from
/// there on. Whether a number is a reference depends on what is expected there, which only the reader knows.
struct JSONParser {
    /// Why a text can't be read.
    enum Fault: Error, Equatable {
        case malformed
        /// Too many values, or too many levels.
        case tooLarge
    }

    /// The deepest nesting; fetched relations come to a dozen.
    static let deepest = 128
    /// The most values; 20,000 files come to less than a million.
    static let most = 2_000_000
    /// The longest number, in bytes.
    private static let longestNumber = 64

    private let bytes: [UInt8]
    private var position = 0
    private var nodes: [JSONDocument.Node] = []
    private var known: [Int64: Int32] = [:]

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a document.
    static func parse(_ bytes: [UInt8]) throws(Fault) -> JSONDocument {
        var parser = JSONParser(bytes)
        parser.skipSpace()
        _ = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw .malformed }
        return JSONDocument(parser.nodes)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    /// Whether that byte is next, which then is passed.
    private mutating func takes(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func add(_ node: JSONDocument.Node) throws(Fault) -> Int32 {
        guard nodes.count < Self.most else { throw .tooLarge }
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    private mutating func value(depth: Int) throws(Fault) -> Int32 {
        guard depth < Self.deepest else { throw .tooLarge }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return try add(.text(try text()))
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Fault) -> Int32 {
        position += 1
        let index = try add(.null)
        var members: [JSONDocument.Member] = []
        skipSpace()
        if !takes(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw .malformed }
                let name = try text()
                skipSpace()
                guard takes(UInt8(ascii: ":")) else { throw .malformed }
                skipSpace()
                let value = try value(depth: depth + 1)
                if name == "@id", case .integer(let number, _) = nodes[Int(value)] { known[number] = index }
                members.append(JSONDocument.Member(name: name, index: value))
                skipSpace()
            } while takes(UInt8(ascii: ","))
            guard takes(UInt8(ascii: "}")) else { throw .malformed }
        }
        nodes[Int(index)] = .object(members)
        return index
    }

    private mutating func list(depth: Int) throws(Fault) -> Int32 {
        position += 1
        let index = try add(.null)
        var values: [Int32] = []
        skipSpace()
        if !takes(UInt8(ascii: "]")) {
            repeat {
                skipSpace()
                values.append(try value(depth: depth + 1))
                skipSpace()
            } while takes(UInt8(ascii: ","))
            guard takes(UInt8(ascii: "]")) else { throw .malformed }
        }
        nodes[Int(index)] = .list(values)
        return index
    }

    private mutating func word(_ word: StaticString, _ node: JSONDocument.Node) throws(Fault) -> Int32 {
        let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard isThere else { throw .malformed }
        position += word.utf8CodeUnitCount
        return try add(node)
    }

    private mutating func number() throws(Fault) -> Int32 {
        let start = position
        while let byte = next, Self.isPartOfNumber(byte) { position += 1 }
        guard (1...Self.longestNumber).contains(position - start) else { throw .malformed }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard text.wholeMatch(of: #/-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/#) != nil else { throw .malformed }
        if let whole = Int64(text) { return try add(.integer(whole, object: known[whole])) }
        guard let real = Double(text) else { throw .malformed }
        return try add(.real(real))
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "+-.eE".utf8.contains(byte)
        }
    }
}

// MARK: Texts

extension JSONParser {
    private mutating func text() throws(Fault) -> String {
        position += 1
        let start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: bytes[start..<position], as: UTF8.self) else { throw .malformed }
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedText(from: start)
            case 0..<0x20: throw .malformed
            default: position += 1
            }
        }
        throw .malformed
    }

    /// A text with escapes, of which what stands before the first one was passed.
    private mutating func escapedText(from start: Int) throws(Fault) -> String {
        var units = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else { throw .malformed }
                return text
            case UInt8(ascii: "\\"): units += Array(String(Character(try escape())).utf8)
            case 0..<0x20: throw .malformed
            default: units.append(byte)
            }
        }
        throw .malformed
    }

    /// What a backslash leads in.
    private mutating func escape() throws(Fault) -> Unicode.Scalar {
        guard let byte = next else { throw .malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try coded()
        default: throw .malformed
        }
    }

    /// Four digits, and four more of the other half of a pair; a half alone isn't text.
    private mutating func coded() throws(Fault) -> Unicode.Scalar {
        let first = try unit()
        guard (0xd800..<0xdc00).contains(first) else {
            guard let scalar = Unicode.Scalar(first) else { throw .malformed }
            return scalar
        }
        guard takes(UInt8(ascii: "\\")), takes(UInt8(ascii: "u")) else { throw .malformed }
        let second = try unit()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw .malformed }
        return scalar
    }

    private mutating func unit() throws(Fault) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .malformed }
        let digits = bytes[position..<position + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .malformed }
        position += 4
        return unit
    }
}

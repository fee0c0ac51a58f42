import Foundation

/// Where the values of a JSON text are in its bytes (RFC 8259).
///
/// Nothing is kept of a value but where it begins and ends and what is in it, so that a part can be replaced and all others
/// stay as they are, byte by byte. What is in outputs isn't kept at all: it may be millions of numbers.
struct JSONLayout {
    /// Where a value is.
    struct Value {
        enum Content {
            case object([String: Value])
            case array([Value])
            /// A string, a number or a word; or something so deep that what is in it isn't of interest.
            case plain
        }

        let range: Range<Int>
        let content: Content

        /// A member of an object; the last one, if there are several of that name.
        subscript(name: String) -> Value? {
            if case .object(let members) = content { members[name] } else { nil }
        }

        var elements: [Value]? {
            if case .array(let values) = content { values } else { nil }
        }

        func isTrue(in bytes: [UInt8]) -> Bool {
            bytes[range].elementsEqual("true".utf8)
        }

        func integer(in bytes: [UInt8]) -> Int? {
            Int(String(decoding: bytes[range], as: UTF8.self))
        }

        /// A string, decoded.
        func text(in bytes: [UInt8]) -> String? {
            JSONLayout.text(bytes[range])
        }
    }

    /// Deeper ones aren't read, as each level takes a piece of the stack.
    private static let deepest = 200

    /// Objects down to this level keep their members: the metadata of a cell.
    private static let objects = 3

    /// Arrays down to this level keep their elements: the cells.
    private static let arrays = 1

    private let bytes: [UInt8]
    private let mostParts: Int
    private var position = 0
    private var parts = 0

    init(_ bytes: [UInt8], mostParts: Int = 1_000_000) {
        self.bytes = bytes
        self.mostParts = mostParts
    }

    /// Reads all of it.
    func whole() throws(NotebookError) -> Value {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notJSON(position: 0) }
        var reader = self
        reader.skipBlanks()
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw reader.fault }
        return value
    }

    private var fault: NotebookError { .notJSON(position: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func value(depth: Int) throws(NotebookError) -> Value {
        guard depth < Self.deepest, let first = next else { throw fault }
        let start = position
        let content: Value.Content
        switch first {
        case UInt8(ascii: "{"): content = try object(depth: depth)
        case UInt8(ascii: "["): content = try array(depth: depth)
        case UInt8(ascii: "\""):
            try string()
            content = .plain
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            try word()
            content = .plain
        default:
            try number()
            content = .plain
        }
        return Value(range: start..<position, content: content)
    }

    private mutating func object(depth: Int) throws(NotebookError) -> Value.Content {
        var members: [String: Value] = [:]
        position += 1
        skipBlanks()
        guard !skip(UInt8(ascii: "}")) else { return .object(members) }
        repeat {
            skipBlanks()
            let start = position
            guard next == UInt8(ascii: "\"") else { throw fault }
            try string()
            let name = Self.text(bytes[start..<position])
            skipBlanks()
            guard skip(UInt8(ascii: ":")) else { throw fault }
            skipBlanks()
            let value = try value(depth: depth + 1)
            if depth <= Self.objects, let name {
                try count()
                members[name] = value
            }
            skipBlanks()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw fault }
        return depth <= Self.objects ? .object(members) : .plain
    }

    private mutating func array(depth: Int) throws(NotebookError) -> Value.Content {
        var elements: [Value] = []
        position += 1
        skipBlanks()
        guard !skip(UInt8(ascii: "]")) else { return .array(elements) }
        repeat {
            skipBlanks()
            let value = try value(depth: depth + 1)
            if depth <= Self.arrays {
                try count()
                elements.append(value)
            }
            skipBlanks()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw fault }
        return depth <= Self.arrays ? .array(elements) : .plain
    }

    private mutating func count() throws(NotebookError) {
        parts += 1
        guard parts <= mostParts else { throw .tooManyParts(largest: mostParts) }
    }

    private mutating func string() throws(NotebookError) {
        position += 1
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw fault }
            position += 1
            if byte == UInt8(ascii: "\\") { try escape() }
        }
        guard skip(UInt8(ascii: "\"")) else { throw fault }
    }

    private mutating func escape() throws(NotebookError) {
        guard let byte = next, "\"\\/bfnrtu".utf8.contains(byte) else { throw fault }
        position += 1
        guard byte == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit else { throw fault }
            position += 1
        }
    }

    private mutating func word() throws(NotebookError) {
        for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return
        }
        throw fault
    }

    private mutating func number() throws(NotebookError) {
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try digits() }
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            _ = skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "+"))
            try digits()
        }
    }

    private mutating func digits() throws(NotebookError) {
        let start = position
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw fault }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// The text of a string with its quotes; nil for half a surrogate pair, which no text has, and for what isn't a string.
    private static func text(_ literal: ArraySlice<UInt8>) -> String? {
        guard literal.count >= 2, literal.first == UInt8(ascii: "\"") else { return nil }
        let inner = literal.dropFirst().dropLast()
        guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
        return try? JSONDecoder().decode(String.self, from: Data(literal))
    }
}

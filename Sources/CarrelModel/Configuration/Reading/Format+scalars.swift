extension Format where Value == String {
    /// Text on one line or several, without control characters.
    static func text(_ length: ClosedRange<Int>) -> Self {
        let expected = "text of \(length.lowerBound) to \(length.upperBound) characters"
        return scalar(expected: expected, kind: "text", show: { $0 }) { text in
            let isClean = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
            return isClean && length.contains(text.count) ? text : nil
        }
    }

    /// A path inside a server, such as `/lab`.
    static var urlPath: Self {
        let expected = "a path that begins with one slash and has no space, such as /lab"
        return scalar(expected: expected, kind: "path of a URL", show: { "\($0)" }) { text in
            let isPlain = text.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0 != "\\" }
            return text.hasPrefix("/") && !text.hasPrefix("//") && isPlain && text.count <= 500 ? text : nil
        }
    }
}

extension Format where Value == Bool {
    /// `true` or `false`, and no other words for them.
    static var flag: Self {
        scalar(expected: "true or false", kind: "`true` or `false`", show: { "\($0)" }) { text in
            switch text {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }
}

extension Format where Value == Int {
    /// A whole number in decimal digits.
    static func number(_ range: ClosedRange<Int>) -> Self {
        scalar(
            expected: "a number from \(range.lowerBound) to \(range.upperBound)",
            kind: "number, \(range.lowerBound) to \(range.upperBound)",
            show: { "\($0)" },
        ) { text in
            guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
            return Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Format where Value == Duration {
    /// A duration with its unit.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        let limits = "\(range.lowerBound.text) to \(range.upperBound.text)"
        return scalar(
            expected: "\(UnitError.durationForm), from \(limits)",
            kind: "duration, \(limits)",
            show: { $0.text },
        ) { text in
            (try? Duration(text: text)).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Format where Value == ByteCount {
    /// A size with its unit.
    static func size(_ range: ClosedRange<ByteCount>) -> Self {
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        return scalar(
            expected: "\(UnitError.sizeForm), from \(limits)",
            kind: "size, \(limits)",
            show: { "\($0)" },
        ) { text in
            (try? ByteCount(text: text)).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Format where Value: CaseIterable & RawRepresentable<String> {
    /// One of a few words.
    static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        return scalar(
            expected: "one of " + words.joined(separator: ", "),
            kind: words.map { "`\($0)`" }.joined(separator: ", "),
            show: { $0.rawValue },
            parse: { Value(rawValue: $0) },
        )
    }
}

extension Format where Value: SettingText {
    /// A value of a type that reads itself from a text.
    static var parsed: Self {
        scalar(
            expected: Value.expected,
            kind: Value.kind,
            show: { "\($0)" },
            parse: { Value(text: $0) },
        ).resolving { value, base in value.resolvePath(in: base.folder) }
    }
}

extension Format {
    /// The same with a way to make paths absolute.
    func resolving(_ resolve: @escaping @Sendable (inout Value, PathBase) -> Void) -> Self {
        var copy = self
        copy.resolve = resolve
        return copy
    }
}

/// A value that is written as one scalar and has its own way to read it.
protocol SettingText: Equatable, Sendable, CustomStringConvertible {
    /// What is expected, for messages.
    static var expected: String { get }

    /// The same in few words, for the documentation.
    static var kind: String { get }

    /// Reads the value; nil when the text isn't one.
    init?(text: String)

    /// Makes a path in the value absolute.
    mutating func resolvePath(in folder: String)
}

extension SettingText {
    mutating func resolvePath(in folder: String) {}
}

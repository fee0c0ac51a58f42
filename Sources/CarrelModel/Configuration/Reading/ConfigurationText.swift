import Foundation

/// Checks the bytes of a configuration file before they are parsed.
///
/// What is refused here would be refused by a YAML parser too, or silently accepted, with a worse message or none.
enum ConfigurationText {
    /// The largest file that is read.
    static let longest = 1 << 20

    /// The deepest nesting of `[` and `{`.
    static let deepest = 50

    /// The bytes as text; reports what is wrong and returns nil when they can't be that.
    static func checked(_ bytes: [UInt8], _ reader: inout SettingReader) -> String? {
        guard bytes.count <= longest else {
            reader.report(at: .start, key: "", found: "\(bytes.count) bytes", expected: "at most \(longest)")
            return nil
        }
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            reader.report(at: .start, key: "", found: "a byte order mark", expected: "plain UTF-8 without one")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let place = placeOfFirstBadByte(in: bytes)
            reader.report(at: place, key: "", found: "bytes that aren't UTF-8", expected: "UTF-8 text")
            return nil
        }
        return checkCharacters(of: text, &reader) ? text : nil
    }

    /// Looks for control characters, tabs used for indentation, and brackets nested absurdly deep.
    private static func checkCharacters(of text: String, _ reader: inout SettingReader) -> Bool {
        var line = 1
        var column = 1
        var isIndentation = true
        var depth = 0
        for scalar in text.unicodeScalars {
            let place = Place(line: line, column: column)
            if scalar == "\t", isIndentation {
                reader.report(at: place, key: "", found: "a tab as indentation", expected: "spaces")
                return false
            }
            guard isAllowed(scalar) else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                reader.report(at: place, key: "", found: "the control character U+\(number)", expected: "text")
                return false
            }
            if scalar == "[" || scalar == "{" { depth += 1 }
            if scalar == "]" || scalar == "}" { depth = max(0, depth - 1) }
            guard depth <= deepest else {
                reader.report(
                    at: place,
                    key: "",
                    found: "brackets nested \(depth) deep",
                    expected: "at most \(deepest)"
                )
                return false
            }
            if scalar == "\n" {
                (line, column, isIndentation) = (line + 1, 1, true)
            } else {
                column += 1
                isIndentation = isIndentation && scalar == " "
            }
        }
        return true
    }

    /// YAML 1.1's printable characters, without the exotic line breaks that editors don't count as lines.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: true
        case 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func placeOfFirstBadByte(in bytes: [UInt8]) -> Place {
        let newline = UInt8(ascii: "\n")
        for (index, line) in bytes.split(separator: newline, omittingEmptySubsequences: false).enumerated() {
            guard String(validating: line, as: UTF8.self) == nil else { continue }
            var start = String.UnicodeScalarView()
            for byte in String(decoding: line, as: UTF8.self).unicodeScalars {
                guard byte != "\u{FFFD}" else { break }
                start.append(byte)
            }
            return Place(line: index + 1, column: start.count + 1)
        }
        return .start
    }
}

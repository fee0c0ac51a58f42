import Foundation
import Logging

/// One line of the log about one event.
///
/// Pure: text in, line out.
struct EventLine {
    /// How a line is written.
    enum Format: String, Sendable {
        /// `2026-11-21T10:00:00.000Z info server.ready server=alice/ seconds=1.12`
        case text
        /// One JSON object.
        case json
    }

    let time: Date
    let level: Logger.Level
    let event: String
    let fields: [(name: String, value: String)]

    func written(as format: Format) -> String {
        let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .text:
            let words = fields.map { "\($0.name)=\(Self.word($0.value))" }
            return (["\(stamp) \(level) \(Self.oneLine(event))"] + words).joined(separator: " ")
        case .json:
            let pairs = [("time", stamp), ("level", "\(level)"), ("event", event)] + fields.map { ($0.name, $0.value) }
            return "{" + pairs.map { "\(Self.json($0.0)):\(Self.json($0.1))" }.joined(separator: ",") + "}"
        }
    }

    /// A value that can't be mistaken for several, or for another line.
    private static func word(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F }
        return isPlain ? value : json(value)
    }

    private static func oneLine(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }

    private static func json(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                quoted += String(format: "\\u%04x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

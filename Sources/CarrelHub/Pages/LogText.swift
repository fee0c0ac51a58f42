/// A server's log as plain text that a page can show.
enum LogText {
    /// Takes terminal control sequences out (colours, cursor moves, titles) and keeps the last lines.
    static func plain(_ log: String, lastLines: Int = .max) -> String {
        let lines = withoutControls(log).split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.last == "" ? lines.dropLast() : lines[...]
        return kept.suffix(lastLines).joined(separator: "\n")
    }

    /// Drops ECMA-48 sequences (CSI, OSC and two-character ones), carriage returns and other control characters.
    private static func withoutControls(_ log: String) -> String {
        enum Place { case text, escape, control, title, titleEnd }
        var place = Place.text
        var plain = String.UnicodeScalarView()
        for scalar in log.unicodeScalars {
            switch (place, scalar.value) {
            case (.text, 0x1B), (.control, 0x1B): place = .escape
            case (.title, 0x1B): place = .titleEnd
            case (.text, 0x09), (.text, 0x0A), (.text, 0x20...0x7E), (.text, 0xA0...): plain.append(scalar)
            case (.text, _): break
            case (.escape, 0x5B): place = .control
            case (.escape, 0x5D), (.escape, 0x50): place = .title
            case (.escape, _): place = .text
            case (.control, 0x40...0x7E): place = .text
            case (.control, 0x0A):
                plain.append(scalar)
                place = .text
            case (.control, _): break
            case (.title, 0x07), (.titleEnd, _): place = .text
            case (.title, 0x0A):
                plain.append(scalar)
                place = .text
            case (.title, _): break
            }
        }
        return String(plain)
    }
}

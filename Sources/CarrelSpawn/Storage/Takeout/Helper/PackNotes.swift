import Foundation

/// What isn't in an archive as it is in the home, one line each.
struct PackNotes {
    /// How many lines are kept; the rest is counted.
    private static let most = 2000
    /// What the file with the notes is called in an archive.
    static let fileName = "TAKEOUT-NOTES.txt"

    private var lines: [String] = []
    private var more = 0

    var isEmpty: Bool { lines.isEmpty }

    mutating func add(_ line: String) {
        if lines.count < Self.most { lines.append(line) } else { more += 1 }
    }

    /// The file with the notes.
    var text: String {
        var text = "Some of your files are not in this archive as they are in your home:\n\n"
        for line in lines { text += "- \(line)\n" }
        if more > 0 { text += "\nand \(more) more.\n" }
        return text
    }

    /// A path for people: bytes that belong to no character, and characters that hide or break lines, are written out.
    static func shown(_ path: [UInt8]) -> String {
        var shown = ""
        for scalar in NameText.text(of: path).unicodeScalars {
            if let byte = NameText.byte(scalar) {
                shown += "\\x" + String(byte, radix: 16)
                continue
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension ArchiveSink {
    /// Adds a file with a text.
    func add(_ text: String, as path: [UInt8], at time: Int64) throws(PackFailure) {
        let bytes = Array(text.utf8)
        let entry = ArchiveEntry(
            path: path,
            kind: .file,
            mode: 0o644,
            seconds: time,
            nanoseconds: 0,
            size: Int64(bytes.count),
        )
        try begin(entry)
        do {
            try bytes.withUnsafeBytes { try write($0) }
        } catch {
            throw error as? PackFailure ?? .failed("\(error)")
        }
        try end()
    }
}

/// Counts what would go into an archive.
final class CountingSink: ArchiveSink {
    private let meter: PackMeter
    let keepsSameFiles = true
    let mostHoles = Int64.max
    let keepsBytesOfNames = true
    let keepsAttributes = true

    init(meter: PackMeter) { self.meter = meter }

    func begin(_ entry: ArchiveEntry) throws(PackFailure) {
        meter.now.entries += 1
        if entry.kind == .file { meter.now.bytes += entry.size }
        try meter.tell()
    }

    func write(_ bytes: UnsafeRawBufferPointer) {}
    func writeHole(_ count: Int64) {}
    func end() {}
    func note(_ text: String) {}
}

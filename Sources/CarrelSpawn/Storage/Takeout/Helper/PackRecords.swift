import Foundation
import Glibc

/// What helpers that read homes tell the one that puts an archive together: a byte that says what it is, the length in
/// four bytes, lowest first, and the content.
enum PackRecord: UInt8 {
    case entry = 1
    case data
    case hole
    case end
    case note

    static let headerSize = 5
    static let longest = 16 << 20
}

/// Writes records instead of an archive.
final class RecordSink: ArchiveSink {
    private let output: PackOutput
    private let meter: PackMeter
    let keepsSameFiles: Bool
    let mostHoles: Int64
    let keepsBytesOfNames: Bool
    let keepsAttributes: Bool

    init(for format: ArchiveFormat, output: PackOutput, meter: PackMeter) {
        self.output = output
        self.meter = meter
        keepsSameFiles = format == .tarZstd
        mostHoles = format.mostHoles
        keepsBytesOfNames = format == .tarZstd
        keepsAttributes = format == .tarZstd
    }

    func begin(_ entry: ArchiveEntry) throws(PackFailure) {
        guard let bytes = try? JSONEncoder().encode(entry) else { throw .failed("an entry can't be written") }
        try write(.entry, Array(bytes))
        meter.now.entries += 1
        try meter.tell()
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(PackFailure) {
        try write(.data, bytes)
        meter.now.bytes += Int64(bytes.count)
        try meter.tell()
    }

    func writeHole(_ count: Int64) throws(PackFailure) {
        var little = count.littleEndian
        try write(.hole, withUnsafeBytes(of: &little) { Array($0) })
    }

    func end() throws(PackFailure) { try write(.end, []) }
    func note(_ text: String) throws(PackFailure) { try write(.note, Array(text.utf8)) }

    private func write(_ record: PackRecord, _ content: [UInt8]) throws(PackFailure) {
        do {
            try content.withUnsafeBytes { try write(record, $0) }
        } catch {
            throw error as? PackFailure ?? .failed("\(error)")
        }
    }

    private func write(_ record: PackRecord, _ content: UnsafeRawBufferPointer) throws(PackFailure) {
        let length = UInt32(content.count)
        let header = [record.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        guard header.withUnsafeBytes({ output.write($0) }), output.write(content) else {
            throw output.failure ?? .failed("the records can't be written")
        }
    }
}

/// Puts what records say into an archive.
struct RecordReader {
    private let file: Descriptor
    private let sink: any ArchiveSink

    init(_ file: Descriptor, into sink: any ArchiveSink) {
        self.file = file
        self.sink = sink
    }

    /// Does it, until nobody writes any more.
    func run() throws(PackFailure) {
        while let header = try bytes(PackRecord.headerSize, mayEnd: true) {
            let length = header[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard let record = PackRecord(rawValue: header[0]), length <= PackRecord.longest,
                let content = try bytes(length, mayEnd: false)
            else { throw .failed("a part of it broke off") }
            try take(record, content)
        }
    }

    private func take(_ record: PackRecord, _ content: [UInt8]) throws(PackFailure) {
        switch record {
        case .entry:
            guard let entry = try? JSONDecoder().decode(ArchiveEntry.self, from: Data(content)) else {
                throw .failed("a part of it can't be read")
            }
            try sink.begin(entry)
        case .data:
            do {
                try content.withUnsafeBytes { try sink.write($0) }
            } catch {
                throw error as? PackFailure ?? .failed("\(error)")
            }
        case .hole:
            guard content.count == 8 else { throw .failed("a part of it can't be read") }
            try sink.writeHole(content.reversed().reduce(0) { $0 << 8 | Int64($1) })
        case .end: try sink.end()
        case .note: try sink.note(String(decoding: content, as: UTF8.self))
        }
    }

    private func bytes(_ count: Int, mayEnd: Bool) throws(PackFailure) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                read(file.number, buffer.baseAddress.map { $0 + filled }, count - filled)
            }
            if got < 0, errno == EINTR { continue }
            if got <= 0 {
                guard mayEnd, filled == 0 else { throw .failed("a part of it broke off") }
                return nil
            }
            filled += got
        }
        return bytes
    }
}

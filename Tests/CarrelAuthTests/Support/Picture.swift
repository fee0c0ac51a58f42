import Foundation
import Testing

@testable import CarrelAuth

/// A QR code as dark and light modules, from which a file is made that a reader takes.
struct Picture: Equatable {
    var modules: [[Bool]]

    /// Asks for each module.
    init(_ code: QRCode) {
        modules = (0..<code.side).map { row in (0..<code.side).map { code.isDark(row: row, column: $0) } }
    }

    /// Fills the rectangles of an SVG path, `M4 4h7v1h-7z` each; refuses any other.
    init(path: String, side: Int) throws {
        modules = Array(repeating: Array(repeating: false, count: side), count: side)
        for shape in path.split(separator: "z") {
            let numbers = shape.split { !"0123456789".contains($0) }.compactMap { Int($0) }
            try #require(numbers.count == 5)
            let (column, row, width) = (numbers[0], numbers[1], numbers[2])
            try #require(shape == "M\(column) \(row)h\(width)v1h-\(width)" && row < side && column + width <= side)
            for column in column..<column + width {
                try #require(!modules[row][column])
                modules[row][column] = true
            }
        }
    }

    /// A grey picture, binary PGM, with four dots for a module.
    var file: Data {
        let dots = 4
        var bytes = Data("P5 \(modules.count * dots) \(modules.count * dots) 255\n".utf8)
        for row in modules {
            let line = row.flatMap { [UInt8](repeating: $0 ? 0 : 255, count: dots) }
            for _ in 0..<dots { bytes += line }
        }
        return bytes
    }
}

/// The real `zbarimg` of Debian's package zbar-tools, which shares no code with ours.
enum BarcodeReader {
    private static let program = URL(filePath: "/usr/bin/zbarimg")

    /// What it reads in each picture, in one run.
    static func read(_ pictures: [Picture]) throws -> [String] {
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "zbarimg is missing: make setup-test")
        let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = pictures.indices.map { folder.appending(path: "\($0).pgm") }
        for (file, picture) in zip(files, pictures) { try picture.file.write(to: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = ["--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable"] + files.map(\.path)
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `A server's log` {
    @Test func `shows the lines of the latest start only`() throws {
        try withLog { log in
            try log.opened(forStartAt: .distantPast).write("old\n")
            try log.opened(forStartAt: .distantPast).write("one\ntwo\nthree\n")
            #expect(log.lines(last: 2) == ["two", "three"])
            #expect(log.lines(last: 10) == ["one", "two", "three"])
        }
    }

    @Test func `goes on at its end after a rotation, and still shows the whole start`() throws {
        try withLog { log in
            let writer = try log.opened(forStartAt: .distantPast)
            try writer.write("before\n")
            #expect(try log.rotate(over: 10, keep: 2))
            try writer.write("after\n")

            #expect(try String(contentsOfFile: log.path, encoding: .utf8) == "after\n")
            #expect(log.lines(last: 10) == ["before", "after"])
        }
    }

    @Test func `keeps as many old files as asked for`() throws {
        try withLog { log in
            let writer = try log.opened(forStartAt: .distantPast)
            for number in 1...4 {
                try writer.write("lines of \(number)\n")
                #expect(try log.rotate(over: 5, keep: 2))
            }
            let names = try FileManager.default.contentsOfDirectory(
                atPath: (log.path as NSString).deletingLastPathComponent
            )
            #expect(names.sorted() == ["a.log", "a.log.1", "a.log.2"])
            #expect(try String(contentsOfFile: log.path + ".1", encoding: .utf8) == "lines of 4\n")
        }
    }

    @Test func `stays as it is while it is small, or isn't there`() throws {
        try withLog { log in
            #expect(try !log.rotate(over: 10, keep: 1))
            try log.opened(forStartAt: .distantPast).write("x\n")
            #expect(try !log.rotate(over: 1000, keep: 1))
            #expect(log.lines(last: 5) == ["x"])
        }
    }

    @Test func `is empty when nothing was ever started`() throws {
        try withLog { #expect($0.lines(last: 5).isEmpty) }
    }

    @Test func `of any size is read from its end only`() throws {
        try withLog { log in
            let writer = try log.opened(forStartAt: .distantPast)
            try writer.write(String(repeating: "0123456789abcdef\n", count: 100_000))
            try writer.write("last\n")
            #expect(log.lines(last: 2) == ["0123456789abcdef", "last"])
            #expect(log.lines(last: .max).count < 20_000)
        }
    }

    @Test(
        arguments: [
            ([0xFF, 0x41, 0x0A], ["\u{FFFD}A"]),
            ([0x1B, 0x5B, 0x31, 0x6D, 0x41, 0x0A], ["[1mA"]),
            ([0x41], ["A"]),
            ([0x0A, 0x0A], ["", ""]),
            ([], []),
        ] as [([UInt8], [String])]
    )
    func `shows text only`(bytes: [UInt8], lines: [String]) {
        #expect(LogTail.lines(in: bytes, isWhole: true, count: 9) == lines)
    }

    private func withLog(_ body: (ServerLog) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-log-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(ServerLog(folder: folder, id: "a"))
    }
}

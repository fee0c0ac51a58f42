import CarrelModel
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `The table of quotas` {
    static let new = """
        Qgroupid    Referenced    Exclusive  Max referenced  Max exclusive   Path
        --------    ----------    ---------  --------------  -------------   ----
        0/5              16384        16384            none           none   <toplevel>
        0/256          5259264        16384        52428800           none   default/alice
        0/257          5259264        16384            none           none   .restore/default/alice/2026-11-21T14:00
        1/100          5259264        16384            none           none   <0 member qgroups>
        """
    static let old = """
        qgroupid         rfer         excl     max_rfer     max_excl
        --------         ----         ----     --------     --------
        0/5             16384        16384         none         none
        0/256         5259264        16384     52428800         none
        0/257         5259264        16384         none         none
        """

    @Test(arguments: [new, old]) func `has use and limit of each subvolume`(text: String) throws {
        let table = try #require(QgroupTable(text))
        let used = ByteCount(bytes: 5_259_264)
        #expect(table.usages.count == 3)
        #expect(table.usages[256] == HomeUsage(used: used, quota: ByteCount(bytes: 52_428_800)))
        #expect(table.usages[257] == HomeUsage(used: used, quota: nil))
    }

    @Test func `is none when it is something else`() {
        #expect(QgroupTable("ERROR: can't list qgroups: quotas not enabled") == nil)
        #expect(QgroupTable("") == nil)
    }

    @Test func `survives any bytes`() {
        var generator = SeededGenerator(for: "table of quotas")
        let headings = ["qgroupid rfer max_rfer", "Qgroupid  Referenced  Max referenced", "qgroupid", "nonsense"]
        let cells = ["0/1", "1/1", "0/", "-9", "7", "none", "x", "\u{0}", "99999999999999999999", ""]
        var rows = 0
        for _ in 0..<2000 {
            let heading = headings.randomElement(using: &generator) ?? ""
            let lines = (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                (0..<Int.random(in: 0..<6, using: &generator))
                    .map { _ in cells.randomElement(using: &generator) ?? "" }.joined(separator: " ")
            }
            guard let table = QgroupTable(([heading] + lines).joined(separator: "\n")) else { continue }
            rows += table.usages.count
            #expect(table.usages.count <= lines.count, "\(lines)")
            // The only number among the cells that is one of bytes.
            #expect(table.usages.values.allSatisfy { $0.used.bytes == 7 && ($0.quota?.bytes ?? 7) == 7 }, "\(lines)")
        }
        #expect(rows > 0)
    }
}

@Suite struct `Names of restore points` {
    @Test func `are whole minutes in UTC`() throws {
        let date = try Date("2026-11-21T14:05:59Z", strategy: .iso8601)
        let point = RestorePoint(at: date)
        #expect(point.name == "2026-11-21T14:05")
        #expect(RestorePoint(name: point.name) == point)
        #expect(point.date == date.addingTimeInterval(-59))
    }

    @Test(arguments: [
        "", "latest", "2026-11-21", "2026-11-21T14:0", "2026-13-21T14:00", "2026-02-30T14:00", "2026-11-21T24:00",
        "2026-11-21T14:00:00Z", "../../../etc/pass", "2026-11-21t14:00", "2026-11-21 14:00", "2026/11/21T14:00",
    ])
    func `have no other form`(name: String) {
        #expect(RestorePoint(name: name) == nil)
    }
}

@Suite struct `Paths in a home` {
    @Test func `are names with slashes between`() {
        #expect(HomePath("")?.names == [])
        #expect(HomePath("a/b c/d")?.names == ["a", "b c", "d"])
        #expect(HomePath("a/b c/d")?.parent == "a/b c")
        #expect(HomePath("a")?.parent == ".")
    }

    @Test(arguments: [
        "/", "/etc", "..", "a/..", "a/../b", ".", "a//b", "a/", "a\u{0}b", String(repeating: "a", count: 256),
    ])
    func `lead nowhere else`(path: String) {
        #expect(HomePath(path) == nil)
    }
}

@Suite struct `The mount table` {
    @Test func `tells what is where`() throws {
        let line = "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 - btrfs /dev/loop0 rw,space_cache=v2"
        let entry = try #require(MountEntry(Substring(line)))
        #expect(entry.root == "/mnt1")
        #expect(entry.place == "/mnt 2")
        #expect(entry.kind == "btrfs")
        #expect(entry.source == "/dev/loop0")
    }

    @Test(arguments: ["", "36 35 98:0 /a /b rw", "36 35 98:0 /a /b rw -", "- - - - - - -"])
    func `leaves out what isn't an entry`(line: String) {
        #expect(MountEntry(Substring(line)) == nil)
    }
}

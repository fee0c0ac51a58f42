import Crypto
import Foundation
import NIOCore
import Testing

@testable import WebDAVClient

/// Files with names that are hard to carry about.
struct OddNames {
    let seed: UInt64

    private static let odd = [
        "two  spaces", " leading", "ümlaut", "composed \u{e9}", "decomposed e\u{301}", "hash # hash", "100%",
        "%41 not A",
        "why?", "a+b&c=d;e,f", "semi;colon'quote", "\"double\"", "🧪🔬👩‍🔬", "ends with dot.", "...", "日本語.txt", "عربى",
        "<tag>&amp;", "star * and | pipe : colon", "[brackets] {braces} ~tilde", "@at $dollar !bang", "tab\tinside",
    ]

    /// 2,000 names, each but once, up to 255 bytes long.
    var names: [String] {
        (0..<2000).map { number in
            guard number >= Self.odd.count else { return Self.odd[number] }
            let text = "\(number) \(Self.odd[number % Self.odd.count])"
            guard number % 10 == 0 else { return text }
            let room = 255 - text.utf8.count
            return String(repeating: number % 20 == 0 ? "é" : "x", count: number % 20 == 0 ? room / 2 : room) + text
        }
    }

    private func bytes(_ number: Int) -> [UInt8] {
        var state = seed &+ UInt64(number)
        return (0..<(number % 50)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(state >> 56)
        }
    }

    /// Writes all with a client, compares them on the disk, lists and reads them again.
    func goThereAndBack(_ remote: WebDAVRemote, on disk: URL) async throws {
        let names = names
        let folder = try #require(WebDAVName("odd % folder #1"))
        try await remote.makeFolder(WebDAVPath([folder]))
        try await each(names) { number, name in
            _ = try await remote.write(WebDAVPath([folder, name]), content(bytes(number)))
        }
        let there = disk.appending(path: folder.text)
        for (number, name) in names.enumerated() {
            let found = FileManager.default.contents(atPath: there.path + "/" + name)
            #expect(found.map { [UInt8]($0) } == bytes(number), "\(name)")
        }
        #expect(try await remote.names(WebDAVPath([folder])) == Set(names.compactMap { WebDAVName($0) }))
        try await each(names) { number, name in
            let found = try await remote.whole(WebDAVPath([folder, name]))
            #expect(found == bytes(number), "\(name)")
        }
    }

    private func each(
        _ names: [String],
        _ work: @escaping @Sendable (Int, WebDAVName) async throws -> Void,
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    for number in stride(from: lane, to: names.count, by: 4) {
                        try await work(number, try #require(WebDAVName(names[number])))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// An empty file and one of 100 MB.
enum LargeFiles {
    static func goThereAndBack(_ remote: WebDAVRemote) async throws {
        for count in [0, 1000] {
            let pieces = Pieces(count: count, size: 100_000)
            let file = try path("large \(count)")
            _ = try await remote.write(file, pieces, size: count == 0 ? nil : 100_000_000)
            #expect(try await remote.entry(at: file)?.size == Int64(count) * 100_000)
            var expected = SHA256()
            for try await piece in pieces { expected.update(data: Array(piece.readableBytesView)) }
            var found = SHA256()
            for try await part in try await remote.read(file).body { found.update(data: Array(part.readableBytesView)) }
            #expect(found.finalize() == expected.finalize())
        }
    }
}

/// A folder of 20,000 entries.
enum LargeFolder {
    static func isListedWhole(_ remote: WebDAVRemote, on disk: URL) async throws {
        let folder = disk.appending(path: "many").path
        try await remote.makeFolder(try path("many"))
        try await run("/bin/sh", "-c", #"cd "$0" && seq -f "file %.0f" 0 19999 | xargs -d '\n' touch"#, folder)
        let expected = Set((0..<20_000).compactMap { WebDAVName("file \($0)") })
        #expect(try await remote.names(try path("many")) == expected)
    }
}

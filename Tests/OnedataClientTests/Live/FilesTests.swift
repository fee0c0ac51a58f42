import Crypto
import Foundation
import NIOCore
import Testing

@testable import OnedataClient

/// Bytes that don't repeat soon: the numbers from 0 on, of four bytes each, the largest first; as the stand-in makes them.
func sequence(_ size: Int) -> [UInt8] {
    let numbers = (0..<UInt32((size + 3) / 4)).map(\.bigEndian)
    return numbers.withUnsafeBytes { Array($0.prefix(size)) }
}

private func hash(_ bytes: some Sequence<UInt8>) -> String {
    hex(SHA256.hash(data: Data(bytes)))
}

private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Names that a path, a query, JSON or a file system may stumble over; no two have the same bytes.
let oddNames: [String] =
    [
        " ", "a b", " a", "a ", "#", "a#b", "%", "%41", "a%2Fb", "?", "a?b=c", "&", "a&b", "+", "a+b", "=", ";", ":",
        ",",
        "!", "$", "'", "\"", "(", ")", "*", "[", "]", "{", "}", "|", "\\", "^", "`", "~", "<", ">", "@", "a@b", "a.",
        ".a",
        "...", "-", "--help", "_", "\n", "\r\n", "\t", "\u{1}", "\u{7f}", "\u{e4}", "a\u{308}", "\u{212b}", "\u{c5}",
        "ß", "名前", "🙂", "👨‍👩‍👧", "\u{200b}", "\u{202e}abc", "\u{feff}", "\u{fffd}", "\u{10ffff}", "null", "CON",
        String(repeating: "x", count: 255), String(repeating: "ä", count: 127), String(repeating: "🙂", count: 63),
    ] + (0..<60).map { "file \($0) \(String(repeating: "é", count: $0))" }

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(5)))
struct FilesTests {
    @Test func `a file lives its life`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let folder = try OnedataPath("notebooks-shared/new folder")
            try await client.makeFolder(at: folder)
            #expect(await failure { try await client.makeFolder(at: folder) } == .exists)
            let path = try folder.appending("a.txt")
            let written = try await client.write(Pieces(data: Array("hello".utf8)), length: 5, to: path)
            #expect((written.name, written.size) == ("a.txt", 5))
            #expect(written.modified != nil)
            let found = try await client.entry(at: path)
            #expect(found == written)
            #expect(try await client.content(of: found, 1..<4).bytes() == Array("ell".utf8))
            #expect(try await client.content(of: found, 3..<100).bytes() == Array("lo".utf8))
            #expect(await failure { try await client.content(of: found, 5..<6) } == .invalidRange)

            let taken = await failure {
                try await client.write(Pieces(data: [1]), to: path, ifTaken: .refuse)
            }
            #expect(taken == .exists)
            let newer = try await client.write(Pieces(data: Array("again".utf8)), to: path)
            #expect(newer.id != written.id)
            #expect(try await client.content(at: path).bytes() == Array("again".utf8))

            let other = try OnedataPath("notebooks-shared/b #1.txt")
            try await client.move(path, to: other)
            #expect(await failure { try await client.entry(at: path) } == .notFound)
            #expect(try await client.entry(at: other).id == newer.id)
            #expect(try await client.all(in: folder) == [])

            #expect(await failure { try await client.removeFile(at: folder) } == .isAFolder)
            #expect(await failure { try await client.removeFolder(at: other) } == .notAFolder)
            try await client.removeFolder(at: folder)
            try await client.removeFile(at: other)
            #expect(await failure { try await client.removeFile(at: other) } == .notFound)
        }
    }

    @Test func `folders are moved with all in them, never into themselves, and over nothing`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let data = try OnedataPath("notebooks-shared/data")
            let other = try OnedataPath("notebooks-shared/other")
            try await client.move(data, to: other)
            #expect(try await client.content(at: other.appending("table.csv")).bytes() == Array("a,b\n1,2\n".utf8))
            #expect(await failure { try await client.move(other, to: other.appending("in")) } == .unfitName)
            let readme = try OnedataPath("notebooks-shared/readme.txt")
            #expect(await failure { try await client.move(other, to: readme, ifTaken: .replace) } == .exists)
            #expect(await failure { try await client.move(readme, to: other, ifTaken: .replace) } == .exists)
            let climate = try OnedataPath("climate/readme.txt")
            #expect(await failure { try await client.move(readme, to: climate) } == .crossesSpaces)
        }
    }

    @Test func `a rename replaces a file only if that is wanted`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let one = try OnedataPath("notebooks-shared/data/table.csv")
            let other = try OnedataPath("notebooks-shared/readme.txt")
            #expect(await failure { try await client.move(one, to: other) } == .exists)
            try await client.move(one, to: other, ifTaken: .replace)
            #expect(try await client.content(at: other).bytes() == Array("a,b\n1,2\n".utf8))
            #expect(await failure { try await client.entry(at: one) } == .notFound)
        }
    }

    @Test(arguments: [true, false])
    func `a file is replaced whole, also where a rename doesn't replace`(_ replaces: Bool) async throws {
        try await withStandIn { standIn in
            try await standIn.tell("provider", ["name": "cracow", "replaces": .bool(replaces)])
            let client = try standIn.client()
            let path = try OnedataPath("notebooks-shared/readme.txt")
            _ = try await client.write(Pieces(data: Array("new".utf8)), to: path)
            #expect(try await client.content(at: path).bytes() == Array("new".utf8))
            let names = try await client.all(in: try OnedataPath("notebooks-shared")).map(\.name)
            #expect(names == ["data", "readme.txt"])
        }
    }

    @Test func `odd names come and go unchanged`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let folder = try OnedataPath("notebooks-shared/odd")
            try await client.makeFolder(at: folder)
            for name in oddNames {
                let data = Array(SHA256.hash(data: Data(name.utf8)))
                let written = try await client.write(Pieces(data: data), to: try folder.appending(name))
                #expect(written.name.utf8.elementsEqual(name.utf8))
            }
            let there = try await standIn.hashes("notebooks-shared", "odd")
            let data = oddNames.map { (hex($0.utf8), hash(SHA256.hash(data: Data($0.utf8)))) }
            #expect(there == Dictionary(data, uniquingKeysWith: { one, _ in one }))
            #expect(there.count == oddNames.count)
            let listed = try await client.all(in: folder, limit: 7)
            #expect(Set(listed.map { Array($0.name.utf8) }) == Set(oddNames.map { Array($0.utf8) }))
            for entry in listed {
                let bytes = try await client.content(at: try folder.appending(entry.name)).bytes()
                #expect(bytes == Array(SHA256.hash(data: Data(entry.name.utf8))), "\(entry.name)")
            }
            for name in oddNames {
                let path = try folder.appending(name)
                try await client.move(path, to: try folder.appending("moved"))
                try await client.move(try folder.appending("moved"), to: path)
            }
            #expect(try await standIn.hashes("notebooks-shared", "odd") == there)
        }
    }

    @Test(arguments: [0, 1, 65_536, 50_000_000])
    func `contents are the same by hash, both ways`(_ size: Int) async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let data = sequence(size)
            try await standIn.tell("put", ["space": "notebooks-shared", "path": "in/there", "bytes": .number(size)])
            let there = try await client.content(at: try OnedataPath("notebooks-shared/in/there")).bytes()
            #expect(there.count == size)
            #expect(hash(there) == hash(data))
            let sent = try await client.write(Pieces(data: data), to: try OnedataPath("notebooks-shared/in/sent"))
            #expect(sent.size == Int64(size))
            let hashes = try await standIn.hashes("notebooks-shared", "in")
            #expect(hashes == [hex("there".utf8): hash(data), hex("sent".utf8): hash(data)])
        }
    }

    @Test func `a folder of 20,000 files comes whole`() async throws {
        try await withStandIn { standIn in
            let told: [String: StandIn.Value] = ["space": "notebooks-shared", "folder": "big", "files": 20_000]
            try await standIn.tell("fill", told)
            let entries = try await standIn.client().all(in: try OnedataPath("notebooks-shared/big"))
            #expect(entries.count == 20_000)
            #expect(Set(entries.map(\.name)).count == 20_000)
            #expect(try await standIn.count("children", at: "cracow") == 20)
        }
    }

    @Test func `a space's quota is told and kept to`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let space = try OnedataPath("climate")
            #expect(try await client.quota(at: space) == OnedataQuota(limit: 1_000_000_000, used: 3))
            try await standIn.tell("quota", ["space": "climate", "bytes": 100_000])
            let path = try OnedataPath("climate/a.nc")
            let full = await failure { try await client.write(Pieces(data: sequence(200_000)), to: path) }
            #expect(full == .overQuota)
            #expect(try await client.content(at: path).bytes() == Array("CDF".utf8))
            #expect(try await client.all(in: space).map(\.name) == ["a.nc"])
        }
    }

    @Test func `what is asked of the wrong thing is refused`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let readme = try OnedataPath("notebooks-shared/readme.txt")
            #expect(await failure { try await client.list(readme) } == .notAFolder)
            #expect(await failure { try await client.entry(at: try readme.appending("x")) } == .notAFolder)
            #expect(await failure { try await client.content(at: try OnedataPath("notebooks-shared")) } == .isAFolder)
            let data = try OnedataPath("notebooks-shared/data")
            #expect(await failure { try await client.write(Pieces(data: []), to: data) } == .isAFolder)
            let nowhere = try OnedataPath("notebooks-shared/no/file")
            #expect(await failure { try await client.write(Pieces(data: []), to: nowhere) } == .notFound)
            #expect(await failure { try await client.entry(at: try OnedataPath("nothing")) } == .notFound)
            #expect(await failure { try await client.removeFolder(at: try OnedataPath("climate")) } == .forbidden)
            #expect(await failure { try await client.makeFolder(at: try OnedataPath("new space")) } == .forbidden)
            #expect(await failure { try await client.removeFolder(at: .top) } == .forbidden)
        }
    }
}

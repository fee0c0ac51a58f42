import Foundation
import NIOCore
import Testing

@testable import OpenBISClient

@Suite(.enabled(if: StandIn.python != nil), .timeLimit(.minutes(5))) struct FilesTests {
    @Test(arguments: [["--tls"], ["--tls", "--version", "7.0", "--references"], ["--version", "3.5"]])
    func `files are listed and read, whatever they are called`(_ arguments: [String]) async throws {
        try await withStandIn(arguments) { openBIS in
            try await openBIS.tell("sow", Self.odd)
            let session = try await openBIS.session()
            let raw = try await StandIn.dataSet("Measured", session)
            let files = try await StandIn.files(raw, session)
            #expect(files.count == 6)
            let readme = try #require(files["original/run/readme.txt"])
            #expect(readme.name == "readme.txt")
            #expect(readme.size == 12)
            #expect(readme.checksum == 0xaf08_3b2d)
            #expect(try await session.content(of: readme).bytes() == Array("hello world\n".utf8))
            let large = try #require(files["original/run/large.bin"])
            #expect(try await session.content(of: large).bytes() == StandIn.sequence(2_500_000))
            let empty = try #require(files["original/run/empty"])
            #expect(try await session.content(of: empty).bytes().isEmpty)
            let page = try await session.files(of: raw)
            #expect(page.items.filter(\.isFolder).map(\.path).contains("original/run/deep"))
            #expect(page.unusable == 0)

            let odd = try await StandIn.files(try await StandIn.dataSet("Very odd names", session), session)
            #expect(Set(odd.keys) == Set(Self.names.map { "original/\($0)" }))
            for (path, file) in odd {
                #expect(try await session.content(of: file).bytes() == Array(path.dropFirst(9).utf8))
            }
        }
    }

    private static let names = [
        "a, b.txt", "a b.txt", "Größe.txt", "#1.txt", "100%.txt", "a+b&c=d?.txt", "50%20.txt", "日本.txt", "a;b'c.txt",
        "page.html",
    ]
    private static let odd: Parameter = .members([
        "datasets": .list([
            .members([
                "owner": .text("/LAB/P1/EXP1"), "properties": .members(["$NAME": .text("Very odd names")]),
                "files": .members(Dictionary(uniqueKeysWithValues: names.map { ($0, .text($0)) })),
            ])
        ])
    ])

    @Test(arguments: [true, false])
    func `a part of a file is read, from servers with parts and without`(_ gives: Bool) async throws {
        try await withStandIn { openBIS in
            try await openBIS.tell("settings", .members(["ranges": .flag(gives)]))
            let session = try await openBIS.session()
            let raw = try await StandIn.dataSet("Measured", session)
            let file = try #require(try await StandIn.files(raw, session)["original/run/large.bin"])
            let all = StandIn.sequence(2_500_000)
            for range in [0..<10, 1_000_000..<1_000_001, 2_499_990..<2_500_000, 2_499_990..<3_000_000, 5..<5]
                as [Range<Int64>]
            {
                let found = try await session.content(of: file, range: range)
                let end = min(Int(range.upperBound), all.count)
                #expect(found.range.upperBound == Int64(end))
                #expect(try await found.bytes() == Array(all[Int(range.lowerBound)..<end]))
            }
            let error = await failure { try await session.content(of: file, range: 2_500_000..<2_500_001) }
            #expect(error == .invalidRange)
        }
    }

    @Test(arguments: [true, false])
    func `a connection that breaks is made again where it was`(_ gives: Bool) async throws {
        try await withStandIn { openBIS in
            try await openBIS.tell("settings", .members(["ranges": .flag(gives)]))
            let session = try await openBIS.session()
            let raw = try await StandIn.dataSet("Measured", session)
            let file = try #require(try await StandIn.files(raw, session)["original/run/large.bin"])
            try await openBIS.fault("cut", "download", ["after": .number(1_000_000), "times": .number(1)])
            #expect(try await session.content(of: file).bytes() == StandIn.sequence(2_500_000))
            try await openBIS.fault("cut", "download", ["after": .number(1000)])
            let error = await failure { try await session.content(of: file).bytes() }
            #expect(error == .unreachable(openBIS.address.name) || error == .incomplete)
        }
    }

    @Test func `what isn't the file is never taken for it`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let host = openBIS.address.name
            let raw = try await StandIn.dataSet("Measured", session)
            let files = try await StandIn.files(raw, session)
            let file = try #require(files["original/run/readme.txt"])

            try await openBIS.fault("html", "download")
            #expect(await failure { try await session.content(of: file) } == .nonsense(host, .page))
            try await openBIS.mend()
            try await openBIS.fault("damage", "download", ["after": .number(3)])
            #expect(await failure { try await session.content(of: file).bytes() } == .damaged)
            try await openBIS.mend()
            try await openBIS.fault("status", "download", ["status": .number(503)])
            #expect(await failure { try await session.content(of: file) } == .unavailable(host, after: nil))
            try await openBIS.mend()

            try await openBIS.fault("stall", "download", ["after": .number(5)])
            let hasty = openBIS.client { $0.idleLimit = .milliseconds(300) }.session(session.token)
            let error = await failure { try await hasty.content(of: file).bytes() }
            #expect(error == .slow(host, after: .milliseconds(300)))
            try await openBIS.mend()

            try await openBIS.tell("expire")
            #expect(await failure { try await session.content(of: file) } == .sessionOver)
            #expect(await failure { try await session.files(of: raw) } == .sessionOver)
        }
    }

    @Test func `twenty thousand files come part by part`() async throws {
        try await withStandIn { openBIS in
            try await openBIS.tell("crowd", .members(["owner": .text("/LAB/P1/EXP2"), "files": .number(20_000)]))
            let session = try await openBIS.session()
            let files = try await StandIn.files(try await StandIn.dataSet("20000 files", session), session)
            #expect(files.count == 20_000)
            let last = try #require(files["original/0199/019999.txt"])
            #expect(try await session.content(of: last).bytes() == Array("19999\n".utf8))
        }
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Pieces of takeouts` {
    @Test(
        arguments: [
            (nil, .whole),
            ("bytes=0-9", .part(0...9)),
            ("Bytes=90-", .part(90...99)),
            ("bytes=90-1000", .part(90...99)),
            ("bytes=-10", .part(90...99)),
            ("bytes=-1000", .part(0...99)),
            ("bytes=99-99", .part(99...99)),
            ("bytes=100-", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable),
            ("bytes=-0", .unsatisfiable),
            ("bytes=5-2", .whole),
            ("bytes=-", .whole),
            ("bytes=1-2,4-5", .whole),
            ("bytes=a-b", .whole),
            ("bytes=-+5", .whole),
            ("items=0-1", .whole),
            ("bytes", .whole),
        ] as [(String?, RangeRequest)]
    )
    func `a part of a file is what RFC 9110 says, and what isn't understood is all of it`(
        field: String?,
        wanted: RangeRequest
    ) {
        #expect(RangeRequest(range: field, ifRange: nil, etag: "\"a\"", size: 100) == wanted)
    }

    @Test func `a part of another version is all of this one, and of an empty file there is none`() {
        #expect(RangeRequest(range: "bytes=0-9", ifRange: "\"a\"", etag: "\"a\"", size: 100) == .part(0...9))
        #expect(RangeRequest(range: "bytes=0-9", ifRange: "\"b\"", etag: "\"a\"", size: 100) == .whole)
        #expect(RangeRequest(range: "bytes=0-9", ifRange: "W/\"a\"", etag: "\"a\"", size: 100) == .whole)
        #expect(RangeRequest(range: "bytes=0-", ifRange: nil, etag: "\"a\"", size: 0) == .unsatisfiable)
        #expect(RangeRequest(range: "bytes=-3", ifRange: nil, etag: "\"a\"", size: 0) == .unsatisfiable)
    }

    @Test func `names of downloads can say anything, and never another header`() {
        #expect(
            ContentDisposition.attachment("ada-2026.zip")
                == #"attachment; filename="ada-2026.zip"; filename*=UTF-8''ada-2026.zip"#
        )
        #expect(
            ContentDisposition.attachment("é \"x\"\\\r\n%41.zip")
                == #"attachment; filename="_ _x_____41.zip"; filename*=UTF-8''%C3%A9%20%22x%22%5C%0D%0A%2541.zip"#
        )
    }

    @Test(arguments: [
        ("", ""), ("~", ""), ("~/work/", "work"), ("./a", "a"), (" a b ", "a b"), ("a//", "a"),
        ("work/data", "work/data"),
    ])
    func `a path is taken as people write it`(typed: String, meant: String) throws {
        let choice = try TakeoutChoice { $0 == "path" ? typed : nil }
        #expect(choice.plainPath == meant)
    }

    @Test(arguments: ["/etc", "..", "a/../b", "a//b", String(repeating: "x", count: 256)])
    func `a path that leads elsewhere is refused`(typed: String) throws {
        let user = try UserName(normalizing: "ada")
        let homes = [TakeoutHome(id: HomeDesk.home(of: user), label: "My home")]
        let choice = try TakeoutChoice { $0 == "path" ? typed : nil }
        #expect(throws: TakeoutError.self) { try choice.order(among: homes, of: user) }
        #expect(throws: HubError.notFound) {
            try TakeoutChoice { $0 == "home" ? "course" : nil }.order(among: homes, of: user)
        }
        #expect(throws: HubError.self) { try TakeoutChoice { $0 == "format" ? "rar" : nil } }
        #expect(throws: HubError.self) { try TakeoutChoice { $0 == "caches" ? "maybe" : nil } }
    }

    @Test func `a space in a query may be a plus`() throws {
        #expect(try TakeoutChoice(query: "path=a+b%2Bc&caches=no").path == "a b+c")
        #expect(try TakeoutChoice(query: nil).path.isEmpty)
    }

    @Test func `an archive is called after its user, what is in it, and the day`() throws {
        let user = try UserName(normalizing: "ada")
        let home = HomeDesk.home(of: user)
        let all = TakeoutOrder(home: home, folder: "ada")
        #expect(all.fileName(of: user, at: noon).hasPrefix("ada-20"))
        let path = try #require(HomePath("work/a:b"))
        let part = TakeoutOrder(home: home, path: path, format: .tarZstd, folder: "a:b")
        #expect(part.fileName(of: user, at: noon).hasPrefix("ada-a_b-20"))
        #expect(part.fileName(of: user, at: noon).hasSuffix(".tar.zst"))
    }

    @Test func `downloads of one, and of all, are counted, and a place is free when its holder goes`() throws {
        let board = TakeoutBoard()
        var limits = TakeoutLimits()
        (limits.streamsOfOne, limits.streamsOfAll) = (2, 3)
        func enter(_ name: UserName) throws -> TakeoutBoard.Place {
            try board.enter(user: .sample(name), fileName: "a", expected: nil, at: noon, limits: limits)
        }
        let names = try ["ada", "bob", "cy"].map { try UserName(normalizing: $0) }
        let (ada, bob, cy) = (names[0], names[1], names[2])
        var places = [try enter(ada), try enter(ada)]
        #expect(throws: TakeoutRefusal.tooManyOfYours(limit: 2)) { try enter(ada) }
        places.append(try enter(bob))
        #expect(throws: TakeoutRefusal.tooManyOfAll) { try enter(cy) }
        places[0].follow { TakeoutProgress(entries: 1, bytes: 2, written: 3) }
        #expect(board.streams(of: ada).map(\.now.written) == [3, 0])
        places.removeFirst()
        #expect(board.streams(of: ada).count == 1)
        places.append(try enter(cy))
        withExtendedLifetime(places) {}
    }

    @Test func `visitors have one download each, and half of the places together`() throws {
        let board = TakeoutBoard()
        func enter(_ name: String, isVisitor: Bool = true) throws -> TakeoutBoard.Place {
            var user = UserRecord.sample(try UserName(normalizing: name))
            user.isVisitor = isVisitor
            return try board.enter(user: user, fileName: "a", expected: nil, at: noon, limits: TakeoutLimits())
        }
        var places = try (1...4).map { try enter("visitor-\($0)") }
        #expect(throws: TakeoutRefusal.tooManyOfYours(limit: 1)) { try enter("visitor-1") }
        #expect(throws: TakeoutRefusal.tooManyOfAll) { try enter("visitor-5") }
        places.append(try enter("ada", isVisitor: false))
        withExtendedLifetime(places) {}
    }
}

extension UserRecord {
    /// Somebody of this name.
    static func sample(_ name: UserName) -> UserRecord {
        UserRecord(name: name, passwordHash: nil, mustChangePassword: false, isAdmin: false, createdAt: noon)
    }
}

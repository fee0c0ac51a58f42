import Foundation
import NIOCore
import Testing

@testable import CarrelData

/// What every kind of store does, shown with the stand-in of each, and with real servers of WebDAV.
@Suite(.enabled(if: StandInProcess.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(5)))
struct `Each kind of store` {
    @Test(arguments: Trial.Kind.allCases)
    func `says that it is connected, and what lies at its top`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            #expect(await store.check() == .connected)
            #expect(try await store.entry(at: .root).isFolder)
            #expect(try await store.entry(at: .root).name == nil)
            let names = Set(try await store.names(.root).map(\.description))
            switch kind {
            case .nextcloud, .apache, .rclone: #expect(names.isEmpty)
            case .onedata: #expect(names.isSuperset(of: ["notebooks-shared", "climate", "bare"]) && names.count == 5)
            case .storageHub: #expect(names == ["VREFolders"])
            }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `writes and reads a file of no bytes, of few and of 20 MB`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            for (count, isSizeKnown) in [(0, true), (0, false), (1, true), (100_000, false), (20_000_000, true)] {
                let pieces = Pieces(count: count)
                let path = try trial.path("a \(count) \(isSizeKnown)")
                let body = DataBody(pieces, isSizeKnown: isSizeKnown)
                let written = try await store.write(body, to: path, if: .none, modified: nil)
                #expect(written.size == Int64(count))
                #expect(try await store.entry(at: path) == written)
                let content = try await store.read(path, .all, of: written.version)
                #expect(content.entry.size == Int64(count))
                let read = try await content.body.measured()
                #expect(read.count == Int64(count))
                #expect(read.sha256 == pieces.sha256)
            }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `reads parts of a file`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let path = try trial.path("digits")
            try await store.put("0123456789", path)
            let cases: [(DataRange, Int64, String)] = [
                (.from(0), 0, "0123456789"), (.from(7), 7, "789"), (.last(3), 7, "789"), (.last(50), 0, "0123456789"),
                (.bytes(0..<4), 0, "0123"), (.bytes(3..<5), 3, "34"), (.bytes(8..<50), 8, "89"),
            ]
            for (range, first, text) in cases {
                let content = try await store.read(path, range, of: nil)
                #expect(content.first == first, "\(range)")
                #expect(try await content.body.text() == text, "\(range)")
            }
            for range in [DataRange.from(10), .bytes(10..<12), .last(0)] {
                await expect(.rangeOutside(size: 10)) { try await store.read(path, range, of: nil) }
            }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `lists 3,000 files, each once`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            try await trial.fill(3000)
            let entries = try await (try await trial.store()).entries(of: try trial.path("many")).all()
            #expect(entries.count == 3000)
            let numbers = entries.compactMap { $0.name?.text.flatMap { Int($0) } }
            #expect(Set(numbers) == Set(0..<3000))
            #expect(entries.allSatisfy { $0.size == 0 && $0.isWritable })
        }
    }

    static let oddNames = [
        "two  blanks", " leading", "trailing ", "composed \u{e9}", "composed e\u{301}", "a # b", "100%", "%41", "why?",
        "a+b&c=d;e,f", "a:b*|[c]", "🧪👩‍🔬", "ends with dot.", "...", "日本語.txt", "\"'<&>", ".hidden",
        String(repeating: "x", count: 255),
    ]

    @Test(arguments: Trial.Kind.allCases)
    func `keeps names as they are, byte by byte`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let folder = try trial.path("odd % # folder")
            try await store.makeFolder(at: folder)
            // Nextcloud takes no backslash.
            let names = (Self.oddNames + (kind == .nextcloud ? [] : ["\\"])).compactMap { DataName($0) }
            for (number, name) in names.enumerated() { try await store.put("\(number)", folder.appending(name)) }
            #expect(Set(try await store.names(folder)) == Set(names))
            #expect(try await store.names(folder).count == names.count)
            for (number, name) in names.enumerated() {
                #expect(try await store.text(folder.appending(name)) == "\(number)", "\(name)")
                #expect(try await store.entry(at: folder.appending(name)).name == name)
            }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `says what isn't there, and what isn't of the kind that is wanted`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let (file, folder) = (try trial.path("file"), try trial.path("folder"))
            try await store.put("x", file)
            try await store.makeFolder(at: folder)
            let none = try trial.path("none")
            await expect(.notFound) { try await store.entry(at: none) }
            await expect(.notFound) { try await store.entry(at: try trial.path("none/deeper")) }
            await expect(.notFound) { try await store.entry(at: try trial.path("file/deeper")) }
            await expect(.notFound) { try await store.names(none) }
            await expect(.notAFolder) { try await store.names(file) }
            await expect(.notFound) { try await store.text(none) }
            await expect(.notAFile) { try await store.text(folder) }
            await expect(.notAFile) { try await store.put("x", folder) }
            await expect(.noParent) { try await store.put("x", try trial.path("none/deeper")) }
            await expect(.noParent) { try await store.makeFolder(at: try trial.path("none/deeper")) }
            await expect(.alreadyThere) { try await store.makeFolder(at: folder) }
            await expect(.alreadyThere) { try await store.makeFolder(at: file) }
            await expect(.notFound) { try await store.remove(none) }
            await expect(.notFound) { try await store.move(none, to: file, replaces: true) }
            #expect(
                await fault { try await store.move(file, to: try trial.path("none/a"), replaces: false) } == .noParent
            )
            #expect(try await store.text(file) == "x")
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `holds to conditions`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let path = try trial.path("file")
            let stranger = DataCondition.version(DataVersion("stranger"))
            await expect(.changed) { try await store.put("0", path, if: stranger) }
            let first = try await store.put("1", path, if: .isNew)
            await expect(.changed) { try await store.put("2", path, if: .isNew) }
            let old = try #require(first.version)
            let second = try await store.put("three", path, if: .version(old))
            #expect(second.version != old)
            await expect(.changed) { try await store.put("4", path, if: .version(old)) }
            await expect(.changed) { try await store.text(path, of: old) }
            #expect(try await store.text(path, of: second.version) == "three")
            try await store.remove(path)
            #expect(
                await fault { try await store.put("5", path, if: .version(try #require(second.version))) } == .changed
            )
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `leaves the old file when the new one breaks off`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let path = try trial.path("file")
            let old = try await store.put("old", path)
            let broken = Pieces(count: 12_000_000, breaksAfter: 7_000_000)
            for body in [DataBody(broken), DataBody(broken, isSizeKnown: false), DataBody(size: 9, Pieces(count: 3))] {
                await expect(.bodyFailed) { try await store.write(body, to: path, if: .none, modified: nil) }
                #expect(try await store.entry(at: path).version == old.version)
                #expect(try await store.text(path) == "old")
            }
            #expect(try await store.names(trial.top).filter { $0.description.contains("nfinished") } == [])
            #expect(try await store.names(trial.top).count { $0.description.hasPrefix(".") } == 0)
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `moves, renames, replaces and removes`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let (one, two, deep) = (try trial.path("one"), try trial.path("two"), try trial.path("folder/deep"))
            let folder = try trial.path("folder")
            try await store.put("1", one)
            try await store.put("2", two)
            try await store.makeFolder(at: folder)
            await expect(.alreadyThere) { try await store.move(one, to: two, replaces: false) }
            #expect(try await store.text(one) == "1")
            #expect(try await store.text(two) == "2")
            try await store.move(one, to: two, replaces: true)
            #expect(try await store.text(two) == "1")
            await expect(.notFound) { try await store.entry(at: one) }
            try await store.move(two, to: deep, replaces: false)
            #expect(try await store.text(deep) == "1")
            await expect(.intoItself) { try await store.move(folder, to: deep, replaces: true) }
            await expect(.intoItself) { try await store.move(deep, to: folder, replaces: true) }
            let (other, moved) = (try trial.path("other"), try trial.path("other/deep"))
            try await store.makeFolder(at: other)
            try await store.put("gone", try trial.path("other/gone"))
            await expect(.alreadyThere) { try await store.move(folder, to: other, replaces: false) }
            try await store.move(folder, to: other, replaces: true)
            #expect(try await store.text(moved) == "1")
            #expect(try await store.names(other).map(\.description) == ["deep"])
            try await store.remove(moved)
            #expect(try await store.names(other).isEmpty)
            try await store.put("x", moved)
            try await store.remove(other)
            await expect(.notFound) { try await store.entry(at: moved) }
            await expect(.forbidden) { try await store.remove(.root) }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `says that there is no room, and changes nothing`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind, Trial.littleRoom(kind)) { trial in
            let store = try await trial.store()
            let path = try trial.path("file")
            try await store.put("old", path)
            try await trial.limit(to: 1000)
            let body = DataBody(Pieces(count: 100_000))
            let found = await fault { try await store.write(body, to: path, if: .none, modified: nil) }
            // rclone answers 405 to whatever goes wrong with a PUT.
            if kind == .rclone { #expect(found?.code == "data.failed") } else { #expect(found == .overQuota) }
            #expect(try await store.text(path) == "old")
            let quota = try await store.quota(at: trial.top)
            switch kind {
            case .nextcloud: #expect(quota == DataQuota(used: 3, available: 997))
            case .onedata: #expect(quota.used != nil && quota.available != nil)
            case .storageHub, .apache, .rclone: #expect(quota == DataQuota(used: nil, available: nil))
            }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `tells a wrong credential from one that has ended`(_ kind: Trial.Kind) async throws {
        try await withTrial(kind) { trial in
            let wrong = try await trial.store(.wrong)
            let ended = try await trial.store(.ended)
            let states = (await wrong.check(), await ended.check())
            await expect(.unusable(states.0)) { try await wrong.entry(at: trial.top) }
            await expect(.unusable(states.1)) { try await ended.entry(at: trial.top) }
            switch kind {
            case .nextcloud, .apache, .rclone: #expect(states == (.refused, .refused))
            case .onedata, .storageHub:
                #expect(states.0.code == "unfit")
                #expect(states.1 == .expired)
            }
        }
    }

    @Test(arguments: Trial.Kind.allCases)
    func `changes nothing when the service goes in the middle, and says that it is offline`(
        _ kind: Trial.Kind
    ) async throws {
        try await withTrial(kind) { trial in
            let store = try await trial.store()
            let path = try trial.path("file")
            let old = try await store.put("old", path)
            try await trial.prepareBreakDown()
            let pieces = Pieces(count: 16_000_000, half: { try await trial.breakDown() })
            let body = DataBody(pieces)
            let broken = await fault { try await store.write(body, to: path, if: .none, modified: nil) }
            #expect(broken == .interrupted)
            #expect(await store.check() == .offline)
            await expect(.unusable(.offline)) { try await store.names(trial.top) }
            await expect(.unusable(.offline)) { try await store.put("new", path) }
            try await trial.mend()
            #expect(await store.check() == .connected)
            #expect(try await store.entry(at: path).version == old.version)
            #expect(try await store.text(path) == "old")
        }
    }
}

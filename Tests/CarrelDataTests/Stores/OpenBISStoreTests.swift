import Foundation
import NIOCore
import Synchronization
import Testing

@testable import CarrelData

/// The datasets of openBIS as files, shown with its stand-in.
@Suite(.enabled(if: StandInProcess.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(5)))
struct `The store of an openBIS` {
    private static func path(_ text: String) throws -> DataPath { try #require(DataPath(text)) }

    /// What is called so in a folder, behind whatever stands before it.
    private static func named(_ end: String, in folder: String, _ store: OpenBISStore) async throws -> String {
        let names = try await store.names(try path(folder)).map(\.description)
        return "\(folder)/" + (try #require(names.first { $0.hasSuffix(end) }, "\(names)"))
    }

    @Test func `each person finds what they may see, in the order of openBIS' own tree`() async throws {
        try await withOpenBIS { trial in
            let alice = try await trial.store(of: "alice")
            #expect(await alice.check() == .readOnly)
            #expect(!alice.abilities.isWritable)
            #expect(try await alice.entry(at: .root).isFolder)
            let spaces = Set(try await alice.names(.root).map(\.description))
            #expect(spaces.contains("LAB") && spaces.count == 7)
            func names(_ path: String) async throws -> [String] {
                try await alice.names(try Self.path(path)).map(\.description)
            }
            #expect(try await names("LAB") == ["P1"])
            #expect(try await names("LAB/P1") == ["C1"])
            let collection = try await names("LAB/P1/C1")
            #expect(collection.prefix(3) == ["new-dataset", "EXP1", "EXP2"] && collection.count == 4)
            #expect(collection.last?.wholeMatch(of: #/[0-9]{17}-[0-9]+ Picture/#) != nil)
            #expect(try await names("LAB/P1/C1/EXP2") == ["new-dataset"])
            #expect(try await names("METHODS/PROTOCOLS") == ["GENERAL_PROTOCOLS", "object GEN1"])
            #expect(try await names("METHODS/PROTOCOLS/object GEN1") == ["new-dataset"])
            for path in ["LAB/P1/C1", "LAB/P1/C1/EXP1", "METHODS/PROTOCOLS/object GEN1"] {
                let entry = try await alice.entry(at: try Self.path(path))
                #expect(entry.isFolder && !entry.isWritable && entry.modified != nil, "\(path)")
            }
            let hidden = [
                "SECRET", "SECRET/P1", "SECRET/P1/C1", "lab", "LAB/p1", "LAB/P1/c1", "LAB/P1/C1/exp1",
                "LAB/P1/object EXP1",
            ]
            for path in hidden {
                await expect(.notFound) { try await alice.entry(at: try Self.path(path)) }
                await expect(.notFound) { try await alice.names(try Self.path(path)) }
            }
            // As openBIS without objects in projects has them (reference 4.6).
            try await trial.tell(
                "sow",
                #"{"objects": [{"path": "/LAB/FREE"}, {"path": "/LAB/INSIDE", "collection": "/LAB/P1/C1"}]}"#
            )
            #expect(try await names("LAB") == ["P1", "object FREE"])
            #expect(try await names("LAB/object FREE") == ["new-dataset"])
            #expect(try await names("LAB/P1/C1/INSIDE") == ["new-dataset"])
            let bob = try await trial.store(of: "bob")
            #expect(try await bob.names(.root).map(\.description) == ["METHODS", "SECRET"])
            let found = try await Self.named(" Hidden", in: "SECRET/P1/C1", bob)
            #expect(try await bob.text(try Self.path("\(found)/original/hidden.txt")) == "hidden\n")
            let stolen = found.split(separator: "/").last.map { "LAB/P1/C1/\($0)" } ?? ""
            await expect(.notFound) { try await bob.entry(at: try Self.path(stolen)) }
            trial.token.withLock { $0.text = nil }
            await expect(.unusable(.missing)) { try await trial.store(of: nil).names(.root) }
        }
    }

    @Test func `files are read whole and in parts, by their dataset's id whatever it is called`() async throws {
        try await withOpenBIS { trial in
            let store = try await trial.store(of: "alice")
            let top = try await Self.named(" Measured", in: "LAB/P1/C1/EXP1", store)
            #expect(try await store.names(try Self.path(top)).map(\.description) == ["original"])
            let run = "\(top)/original/run"
            let entries = try await store.entries(of: try Self.path(run)).all()
            let sizes = Dictionary(entries.map { ($0.name?.description ?? "", $0.size) }) { $1 }
            #expect(
                sizes == [
                    "readme.txt": 12, "deep": nil, "empty": 0, "large.bin": 2_500_000, "with blank.txt": 6,
                    "Größe.txt": 7,
                ]
            )
            #expect(entries.allSatisfy { !$0.isWritable && $0.modified != nil && ($0.isFolder || $0.version != nil) })
            for entry in entries {
                let name = try #require(entry.name)
                #expect(try await store.entry(at: try Self.path(run).appending(name)) == entry)
            }
            let id = try #require(top.split(separator: "/").last?.prefix { $0 != " " })
            for name in ["\(id)", "\(id) called otherwise before"] {
                let file = try Self.path("LAB/P1/C1/EXP1/\(name)/original/run/deep/er/table.csv")
                #expect(try await store.text(file).hasPrefix("time,value\n"))
            }
            // It is of the object, not of the collection around it.
            await expect(.notFound) { try await store.entry(at: try Self.path("LAB/P1/C1/\(id)")) }
            let (large, empty) = (try Self.path("\(run)/large.bin"), try Self.path("\(run)/empty"))
            let part = try await store.read(large, .bytes(2_000_000..<2_000_008), of: nil)
            #expect(part.first == 2_000_000)
            #expect(try await part.body.text().utf8.count >= 8)
            #expect(try await store.read(large, .all, of: nil).body.measured().count == 2_500_000)
            #expect(try await store.text(empty) == "")
            await expect(.rangeOutside(size: 0)) { try await store.read(empty, .from(3), of: nil) }
            await expect(.changed) { try await store.read(empty, .all, of: DataVersion("other")) }
            await expect(.notAFile) { try await store.text(try Self.path(run)) }
            await expect(.notAFolder) { try await store.names(large) }
            for nothing in ["\(run)/none", "\(run)/none/deeper", "\(run)/empty/deeper"] {
                await expect(.notFound) { try await store.entry(at: try Self.path(nothing)) }
            }
        }
    }

    @Test func `nothing can be changed, and who tries to make a dataset hears how`() async throws {
        try await withOpenBIS { trial in
            let store = try await trial.store(of: "alice")
            for owner in ["LAB/P1/C1", "LAB/P1/C1/EXP1", "METHODS/PROTOCOLS/object GEN1"] {
                let draft = "\(owner)/new-dataset"
                #expect(try await store.names(try Self.path(draft)).map(\.description) == ["README.txt"])
                let readme = try Self.path("\(draft)/README.txt")
                let text = try await store.text(readme)
                let size = try await store.entry(at: readme).size
                #expect(text.contains("Save to openBIS") && Int64(text.utf8.count) == size)
                #expect(try await store.text(readme, .bytes(0..<7)) == "Nothing")
                for name in ["mine.csv", "README.txt", "folder/mine.csv"] {
                    let path = try Self.path("\(draft)/\(name)")
                    let told = await fault { try await store.put("x", path) }
                    #expect(told?.code == "data.notOffered" && told?.message.contains("Save to openBIS") == true)
                    #expect(await fault { try await store.makeFolder(at: path) } == told)
                    #expect(await fault { try await store.move(readme, to: path, replaces: true) } == told)
                }
                await expect(.notFound) { try await store.entry(at: try Self.path("\(draft)/mine.csv")) }
                await expect(.readOnly) { try await store.remove(readme) }
            }
            let file = try Self.path(try await Self.named(" Picture", in: "LAB/P1/C1", store) + "/original/picture.png")
            await expect(.readOnly) { try await store.put("x", file) }
            await expect(.readOnly) { try await store.remove(file) }
            await expect(.readOnly) { try await store.makeFolder(at: try Self.path("LAB/P2")) }
            await expect(.readOnly) { try await store.move(file, to: try Self.path("LAB/P1/C1/x"), replaces: false) }
            #expect(try await store.quota(at: .root) == DataQuota(used: nil, available: nil))
            await expect(.notFound) { try await store.entry(at: try Self.path("SECRET/P1/C1/new-dataset")) }
            await expect(.notFound) {
                try await store.entry(at: try Self.path("LAB/P1/C1/NONE/new-dataset/README.txt"))
            }
        }
    }

    @Test func `10,000 datasets come in pages, and a look at one asks for no other`() async throws {
        try await withOpenBIS { trial in
            try await trial.tell("fill", #"{"owner": "/LAB/P1/EXP2", "datasets": 10000}"#)
            let store = try await trial.store(of: "alice", keeping: .seconds(60))
            _ = try await trial.calls()
            var (sizes, last): ([Int], DataName?) = ([], nil)
            var names: Set<DataName> = []
            for try await page in try await store.entries(of: try Self.path("LAB/P1/C1/EXP2")) {
                sizes.append(page.count)
                names.formUnion(page.compactMap(\.name))
                last = page.last?.name
            }
            #expect(names.count == 10_001 && sizes.reduce(0, +) == 10_001)
            #expect(sizes.allSatisfy { $0 <= 500 })
            #expect(try await trial.calls().count { $0 == "searchDataSets" } == 20)
            let folder = try Self.path("LAB/P1/C1/EXP2").appending(try #require(last))
            #expect(try await store.entry(at: folder).isFolder)
            let file = try Self.path("\(folder)/original/number.txt")
            #expect(try await store.text(file) == "0\n")
            #expect(try await trial.calls() == ["getDataSets", "searchFiles", "download"])
            _ = try await store.entry(at: file)
            #expect(try await trial.calls() == [])
        }
    }

    @Test func `the list of a dataset's 20,000 files is asked for once`() async throws {
        try await withOpenBIS { trial in
            try await trial.tell("crowd", #"{"owner": "/LAB/P1/EXP2", "files": 20000}"#)
            let store = try await trial.store(of: "alice", keeping: .seconds(60))
            let top = try await Self.named(" 20000 files", in: "LAB/P1/C1/EXP2", store) + "/original"
            _ = try await trial.calls()
            #expect(try await store.names(try Self.path(top)).count == 200)
            #expect(try await store.names(try Self.path("\(top)/0107")).count == 100)
            #expect(try await store.entry(at: try Self.path("\(top)/0199/019999.txt")).size == 6)
            let calls = try await trial.calls()
            #expect(
                calls.count { $0 == "searchFiles" } <= 21
                    && calls.allSatisfy { $0 == "searchFiles" || $0 == "getDataSets" }
            )
        }
    }

    @Test func `another token is taken when the session ends, and without one that is said`() async throws {
        try await withOpenBIS { trial in
            let store = try await trial.store(of: "alice")
            _ = try await store.names(.root)
            #expect(trial.token.withLock { $0.asked } == 1)
            try await trial.tell("expire")
            await expect(.unusable(.expired)) { try await store.names(.root) }
            #expect(await store.check() == .expired)
            let fresh = try await trial.session(of: "bob")
            trial.token.withLock { $0.text = fresh }
            #expect(try await store.names(.root).map(\.description) == ["METHODS", "SECRET"])
            try await trial.tell("fault", #"{"kind": "status", "call": "*", "status": 503, "retry_after": 7}"#)
            #expect(await store.check().code == "busy")
            try await trial.tell("mend")
            let file = try Self.path(
                try await Self.named(" Hidden", in: "SECRET/P1/C1", store) + "/original/hidden.txt"
            )
            try await trial.tell("fault", #"{"kind": "html", "call": "download"}"#)
            // Of that file only.
            #expect(await fault { try await store.text(file) }?.code == "data.failed")
            #expect(await store.check() == .readOnly)
            trial.standIn.stop()
            #expect(await store.check() == .offline)
            await expect(.unusable(.offline)) { try await store.names(.root) }
        }
    }
}

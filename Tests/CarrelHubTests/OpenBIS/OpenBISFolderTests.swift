import Testing

@testable import CarrelHub

@Suite struct OpenBISFolderTests {
    private static func file(_ path: String, _ size: Int64 = 1) -> OpenBISFileTree.Entry {
        OpenBISFileTree.Entry(path: path, isFolder: false, size: size)
    }

    private static func folder(_ path: String) -> OpenBISFileTree.Entry {
        OpenBISFileTree.Entry(path: path, isFolder: true, size: 0)
    }

    private let entries = [
        folder("original"), folder("original/run"), file("original/run/b10.txt", 10), file("original/run/b2.txt", 2),
        folder("original/run/deep"), file("original/run/deep/er/table.csv", 30), folder("original/run/none"),
        file("original/running.txt", 5),
    ]

    @Test func `folders come first, with all that is below them, and numbers count in names`() throws {
        let folder = try #require(OpenBISFolder("original/run", in: OpenBISFileTree(entries)))
        #expect(folder.items.map(\.name) == ["deep", "none", "b2.txt", "b10.txt"])
        #expect(folder.items.map(\.isFolder) == [true, true, false, false])
        #expect(folder.items.map(\.size) == [30, 0, 2, 10])
        #expect(folder.items.map(\.count) == [1, 0, 1, 1])
        #expect(folder.path(of: folder.items[0]) == "original/run/deep")
    }

    @Test func `a folder that isn't listed itself is there by its files`() throws {
        let folder = try #require(OpenBISFolder("original/run/deep/er", in: OpenBISFileTree(entries)))
        #expect(folder.items.map { folder.path(of: $0) } == ["original/run/deep/er/table.csv"])
    }

    @Test(arguments: ["nowhere", "original/ru", "original/run/b2.txt", "original/", "..", "/original"])
    func `nothing else is a folder`(path: String) {
        #expect(OpenBISFolder(path, in: OpenBISFileTree(entries)) == nil)
    }

    @Test func `an empty folder and an empty dataset are folders`() throws {
        #expect(try #require(OpenBISFolder("original/run/none", in: OpenBISFileTree(entries))).items.isEmpty)
        #expect(try #require(OpenBISFolder("", in: OpenBISFileTree([]))).items.isEmpty)
    }

    @Test func `a dataset opens where there is a choice`() {
        #expect(OpenBISFileTree(entries).start == "original")
        #expect(OpenBISFileTree([Self.file("original/default/a.txt")]).start == "original/default")
        #expect(OpenBISFileTree([Self.file("a"), Self.file("a-b/c"), Self.file("a/d")]).start == "")
        #expect(OpenBISFileTree([Self.folder("a"), Self.folder("a/b")]).start == "a/b")
        #expect(OpenBISFileTree([]).start == "")
    }

    @Test func `two spellings of a letter are two names`() throws {
        let tree = OpenBISFileTree([Self.file("a/\u{E9}", 1), Self.file("a/e\u{301}", 2)])
        #expect(Set(try #require(OpenBISFolder("a", in: tree)).items.map(\.size)) == [1, 2])
        #expect(tree.places(of: "a/e\u{301}").map { tree.entries[$0].size } == [2])
        let odd = OpenBISFileTree([Self.file("a/\u{301}x", 1)])
        #expect(try #require(OpenBISFolder("a", in: odd)).items.map(\.name) == ["\u{301}x"])
    }

    @Test func `what is listed in any order is the same, with names that begin like a folder's`() throws {
        let list = ["b/x", "a/y", "a-b/z", "a", "a.txt", "a/b/c"].map { Self.file($0) }
        for shift in list.indices {
            let turned = Array(list[shift...] + list[..<shift])
            let tree = OpenBISFileTree(turned)
            #expect(tree.entries.map(\.path) == ["a", "a/b/c", "a/y", "a-b/z", "a.txt", "b/x"])
            #expect(tree.order.map { turned[$0] } == tree.entries)
            let top = try #require(OpenBISFolder("", in: tree))
            #expect(top.items.map(\.name) == ["a", "a-b", "b", "a.txt"])
            #expect(top.items.map(\.count) == [3, 1, 1, 1])
        }
    }

    @Test func `sizes too large for a sum end at the largest number`() throws {
        let tree = OpenBISFileTree([Self.file("a/1", .max), Self.file("a/2", .max), Self.file("b", 1)])
        #expect(try #require(OpenBISFolder("", in: tree)).items.map(\.size) == [.max, 1])
    }

    /// With a look at all files for each step of the way this takes minutes.
    @Test func `a long way down to many files is quick`() throws {
        let way = (0..<1000).map { "d\($0 % 10)" }
        let folders = way.indices.map { Self.folder(way[...$0].joined(separator: "/")) }
        let bottom = way.joined(separator: "/")
        let files = (0..<20_000).map { Self.file("\(bottom)/\($0).txt") }
        let tree = OpenBISFileTree(files + folders)
        #expect(tree.start == bottom)
        let folder = try #require(OpenBISFolder(nil, in: tree))
        #expect(folder.items.map(\.name) == (0..<20_000).map { "\($0).txt" })
        #expect(try #require(OpenBISFolder("", in: tree)).items.map(\.count) == [20_000])
    }

    @Test func `work that nobody waits for ends`() {
        struct Enough: Error {}
        let files = (0..<5000).map { Self.file("a/\(($0 * 7919) % 5000)") }
        #expect(throws: Enough.self) { try OpenBISFileTree(files, check: { throw Enough() }) }
        let tree = OpenBISFileTree(files)
        #expect(throws: Enough.self) { try OpenBISFolder("a", in: tree, check: { throw Enough() }) }
    }
}

extension OpenBISFileTree {
    fileprivate init(_ list: [Entry]) { self.init(list, check: {}) }
}

extension OpenBISFolder {
    fileprivate init?(_ path: String?, in tree: OpenBISFileTree) { self.init(path, in: tree, check: {}) }
}

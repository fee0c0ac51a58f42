import Testing

@testable import CarrelHub

@Suite struct OpenBISFolderTests {
    private static func file(_ path: String, _ size: Int64 = 1) -> OpenBISFolder.Entry {
        OpenBISFolder.Entry(path: path, isFolder: false, size: size)
    }

    private static func folder(_ path: String) -> OpenBISFolder.Entry {
        OpenBISFolder.Entry(path: path, isFolder: true, size: 0)
    }

    private let entries = [
        folder("original"), folder("original/run"), file("original/run/b10.txt", 10), file("original/run/b2.txt", 2),
        folder("original/run/deep"), file("original/run/deep/er/table.csv", 30), folder("original/run/none"),
        file("original/running.txt", 5),
    ]

    @Test func `folders come first, with all that is below them, and numbers count in names`() throws {
        let folder = try #require(OpenBISFolder("original/run", in: entries))
        #expect(folder.items.map(\.name) == ["deep", "none", "b2.txt", "b10.txt"])
        #expect(folder.items.map(\.isFolder) == [true, true, false, false])
        #expect(folder.items.map(\.size) == [30, 0, 2, 10])
        #expect(folder.items.map(\.count) == [1, 0, 1, 1])
        #expect(folder.items[0].path == "original/run/deep")
    }

    @Test func `a folder that isn't listed itself is there by its files`() throws {
        let folder = try #require(OpenBISFolder("original/run/deep/er", in: entries))
        #expect(folder.items.map(\.path) == ["original/run/deep/er/table.csv"])
    }

    @Test(arguments: ["nowhere", "original/ru", "original/run/b2.txt", "original/", "..", "/original"])
    func `nothing else is a folder`(path: String) {
        #expect(OpenBISFolder(path, in: entries) == nil)
    }

    @Test func `an empty folder and an empty dataset are folders`() throws {
        #expect(try #require(OpenBISFolder("original/run/none", in: entries)).items.isEmpty)
        #expect(try #require(OpenBISFolder("", in: [])).items.isEmpty)
    }

    @Test func `a dataset opens where there is a choice`() {
        #expect(OpenBISFolder.start(in: entries)?.path == "original")
        #expect(OpenBISFolder.start(in: [Self.file("original/default/a.txt")])?.path == "original/default")
        #expect(OpenBISFolder.start(in: [])?.path == "")
    }

    @Test func `two spellings of a letter are two names`() throws {
        let folder = try #require(OpenBISFolder("a", in: [Self.file("a/\u{E9}", 1), Self.file("a/e\u{301}", 2)]))
        #expect(Set(folder.items.map(\.size)) == [1, 2])
        #expect(try #require(OpenBISFolder("a", in: [Self.file("a/\u{301}x", 1)])).items.map(\.name) == ["\u{301}x"])
    }
}

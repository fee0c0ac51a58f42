import Testing

@testable import StorageHubClient

@Suite struct FolderNamesTests {
    private let owner = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    private let guest = "16fd2706-8baf-433b-82eb-8c7fada847da"

    @Test func `of two items of one title, the one whose inner name goes with it has it`() throws {
        let items = [
            try Sample.item(guest, title: "a.txt", name: "a(1).txt", created: 1),
            try Sample.item(owner, title: "a.txt", created: 2),
        ]
        let names = FolderNames(items)
        #expect(names.name(of: items[0]) == "a (16fd2706).txt")
        #expect(names.name(of: items[1]) == "a.txt")
        #expect(names.item(named: "a.txt")?.id.rawValue == owner)
        #expect(names.item(named: "a (16fd2706).txt")?.id.rawValue == guest)
    }

    @Test func `if none goes with it, the oldest has it`() throws {
        let items = [
            try Sample.item(owner, title: "a.txt", name: "a(2).txt", created: 2),
            try Sample.item(guest, title: "a.txt", name: "a(1).txt", created: 1),
        ]
        #expect(FolderNames(items).item(named: "a.txt")?.id.rawValue == guest)
    }

    @Test func `a rival doesn't change the name of another`() throws {
        let first = try Sample.item(owner, title: "a.txt")
        let rivals = try (1...3).map { number in
            try Sample.item("1234567\(number)-0", title: "a.txt", name: "a(\(number)).txt")
        }
        for count in 0...3 { #expect(FolderNames([first] + rivals.prefix(count)).name(of: first) == "a.txt") }
        let all = FolderNames([first] + rivals)
        #expect(all.name(of: rivals[2]) == FolderNames([first, rivals[2]]).name(of: rivals[2]))
    }

    @Test func `titles in one sign and in two are two names`() throws {
        let items = [try Sample.item(owner, title: "\u{e9}"), try Sample.item(guest, title: "e\u{301}")]
        let names = FolderNames(items)
        #expect(names.item(named: "\u{e9}")?.id.rawValue == owner)
        #expect(names.item(named: "e\u{301}")?.id.rawValue == guest)
    }

    @Test(
        arguments: [
            ("100%25", "100%25", "FolderItem", "100%"), ("100%", "100%25", "GenericFileItem", "100%"),
            ("50%25", "50%2525", "GenericFileItem", "50%25"), ("a/b", "a%2Fb", "GenericFileItem", "a%2Fb"),
            ("..", "%2E%2E", "GenericFileItem", "%2E%2E"), ("a%253Ab", "a%253Ab", "FolderItem", "a:b"),
            ("a%3Ab", "a%253Ab", "GenericFileItem", "a:b"), ("x\0", "x", "GenericFileItem", "x%00"),
            ("shared", "7c9e6679", "SharedFolder", "shared"),
        ]
    )
    func `a title becomes a name`(_ title: String, _ name: String, _ kind: String, _ shown: String) throws {
        #expect(FolderNames.plainName(try Sample.item(owner, title: title, name: name, kind: kind)) == shown)
    }

    @Test func `hostile titles don't hide each other`() throws {
        let long = String(repeating: "ö", count: 200)
        let items = [
            try Sample.item(owner, title: "a.txt"),
            try Sample.item(guest, title: "a.txt", name: "a(1).txt"),
            try Sample.item("1", title: "a (16fd2706).txt"),
            try Sample.item("2", title: "a (\(guest)).txt"),
            try Sample.item("3", title: "a (\(guest)-1).txt"),
            try Sample.item("4", title: long), try Sample.item("5", title: long + "x"),
            try Sample.item("6", title: "VREFolders"), try Sample.item("7", title: "a/b"),
            try Sample.item("8", title: "a%2Fb", name: "a%252Fb"),
        ]
        let names = FolderNames(items, reserved: ["VREFolders"])
        for item in items {
            let name = try #require(names.name(of: item))
            #expect(names.item(named: name)?.id == item.id)
            #expect(TitleText.isFit(name))
            #expect(name != "VREFolders")
        }
        #expect(Set(items.compactMap { names.name(of: $0) }).count == items.count)
    }

    @Test(arguments: [("a (16fd2706).txt", true), ("a (1).txt", false), (String(repeating: "a", count: 255), true)])
    func `only names that may be marked or cut need the whole folder`(_ name: String, _ isNeeded: Bool) {
        #expect(FolderNames.needsWholeFolder(name) == isNeeded)
    }
}

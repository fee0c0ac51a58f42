import CarrelModel
import CarrelSpawn
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Restore pages` {
    let point = RestorePoint(name: "2027-01-15T07:00", date: noon.addingTimeInterval(-3600))

    private func put(_ hub: HubFixture, _ path: String, _ old: String, now: String? = nil) throws {
        let home = try hub.home("ada")
        hub.files.put(path, Data(old.utf8), in: home, at: point)
        if let now { hub.files.put(path, Data(now.utf8), in: home) }
    }

    /// A hub where `ada` has the restore point.
    private func withPoint(_ body: @escaping @Sendable (HubFixture, Browser) async throws -> Void) async throws {
        let point = point
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            hub.storage.add(point, to: try hub.home("ada"))
            try await body(hub, browser)
        }
    }

    private let query = "point=2027-01-15T07%3A00&path="

    @Test func `points are shown by day, the newest first`() async throws {
        try await withPoint { hub, browser in
            let older = RestorePoint(name: "2027-01-14T06:00", date: noon.addingTimeInterval(-26 * 3600))
            hub.storage.add(older, to: try hub.home("ada"))
            let text = try await browser.get("/hub/restore").text
            let days = text.matches(of: /<h2>([^<]*)<\/h2>/).map { String($0.1) }
            #expect(days == ["15 January 2027", "14 January 2027"])
            #expect(text.contains(#"href="/hub/restore/browse?point=2027-01-15T07%3A00&amp;path=""#))
        }
    }

    @Test func `where there are none it says why`() async throws {
        try await withHub { hub in
            let text = try await hub.browser(of: "ada").get("/hub/restore").text
            #expect(text.contains("There are none yet."))
        }
        try await withHub(storage: FakeHomeStorage(quotaStrength: .counted(reason: "This disk isn’t btrfs."))) { hub in
            let text = try await hub.browser(of: "ada").get("/hub/restore").text
            #expect(text.contains("This hub can’t keep restore points. This disk isn’t btrfs."))
        }
    }

    @Test func `a folder shows what differs from now`() async throws {
        try await withPoint { hub, browser in
            try put(hub, "same.txt", "a", now: "a")
            try put(hub, "changed.txt", "a", now: "bb")
            try put(hub, "gone.txt", "a")
            try put(hub, "work/deep/x.txt", "a")
            let text = try await browser.get("/hub/restore/browse?\(query)").text
            let states = text.matches(of: /<bdi>([^<]*)<\/bdi>(?:<\/a>)? <span class="tag is-([a-z]*)">/)
            let found = Dictionary(uniqueKeysWithValues: states.map { (String($0.1), String($0.2)) })
            #expect(found == ["same.txt": "same", "changed.txt": "changed", "gone.txt": "missing", "work": "missing"])
            #expect(!text.contains("compare?\(query.replacing("&", with: "&amp;"))same.txt"))
            let deep = try await browser.get("/hub/restore/browse?\(query)work/deep").text
            #expect(deep.contains("x.txt"))
            #expect(deep.contains(#"path=work"><bdi>work</bdi></a>"#))
            #expect(deep.contains(#"<span aria-current="page"><bdi>deep</bdi></span>"#))
            #expect(try await browser.get("/hub/restore/browse?\(query)nowhere").status == .notFound)
        }
    }

    @Test func `hostile names are shown as text and lead to themselves`() async throws {
        try await withPoint { hub, browser in
            let name = "a\n<img src=x>\u{202E}\"'&?#+ %41.txt"
            try put(hub, name, "old")
            let text = try await browser.get("/hub/restore/browse?\(query)").text
            #expect(text.contains("a⟨U+000A⟩&lt;img src=x&gt;⟨U+202E⟩&quot;&#39;&amp;?#+ %41.txt"))
            #expect(!text.contains("<img"))
            let match = try #require(text.firstMatch(of: /action="(\/hub\/restore\/bring-back[^"]*)"/))
            let action = String(match.1).replacing("&amp;", with: "&")
            let done = try await browser.post(action)
            #expect(done.status == .ok)
            #expect(hub.files.now(name, in: try hub.home("ada")) == Data("old".utf8))
            #expect(done.text.contains("&lt;img src=x&gt;"))
        }
    }

    @Test func `names that aren't text are told apart, shown, and lead to themselves`() async throws {
        try await withPoint { hub, browser in
            let names = [[0xE9], [0xE8], [0xC3, 0xA9], [0x65, 0xCC, 0x81]].map { NameText.text(of: $0) }
            for name in names { try put(hub, "caf\(name)/\(name).txt", "old \(name.unicodeScalars.count)") }
            let top = try await browser.get("/hub/restore/browse?\(query)").text
            #expect(top.contains("<bdi>caf⟨0xE9⟩</bdi>") && top.contains("<bdi>caf⟨0xE8⟩</bdi>"))
            let link = try #require(top.firstMatch(of: /href="([^"]*)"><bdi>caf⟨0xE9⟩</))
            let folder = try await browser.get(String(link.1).replacing("&amp;", with: "&")).text
            #expect(folder.contains("<bdi>⟨0xE9⟩.txt</bdi>"))
            let match = try #require(folder.firstMatch(of: /action="(\/hub\/restore\/bring-back[^"]*txt)"/))
            let done = try await browser.post(String(match.1).replacing("&amp;", with: "&"))
            #expect(done.text.contains("caf⟨0xE9⟩/⟨0xE9⟩.txt"))
            #expect(hub.files.now("caf\(names[0])/\(names[0]).txt", in: try hub.home("ada")) == Data("old 1".utf8))
            #expect(hub.files.now("caf\(names[1])/\(names[1]).txt", in: try hub.home("ada")) == nil)
        }
    }

    @Test func `a file spelt otherwise now isn't taken for the one that was`() async throws {
        try await withPoint { hub, browser in
            try put(hub, "\u{E9}.txt", "a")
            hub.files.put("e\u{301}.txt", Data("a".utf8), in: try hub.home("ada"))
            let text = try await browser.get("/hub/restore/browse?\(query)").text
            #expect(text.contains("Missing now"))
        }
    }

    @Test func `a text is compared line by line`() async throws {
        try await withPoint { hub, browser in
            try put(hub, "a.txt", "one\n<two>\nthree\n", now: "one\n2\u{202E}\nthree\n")
            let text = try await browser.get("/hub/restore/compare?\(query)a.txt").text
            #expect(text.contains("<del>- &lt;two&gt;\n</del>"))
            #expect(text.contains("<ins>+ 2⟨U+202E⟩\n</ins>"))
            #expect(text.contains("<span>  one\n</span>"))
            #expect(text.contains("@@ -1,3 +1,3 @@"))
        }
    }

    @Test func `what can't be compared is said`() async throws {
        try await withPoint { hub, browser in
            try put(hub, "b.bin", "a\0b", now: "c\0d")
            try put(hub, "gone.txt", "all of it\n")
            let binary = try await browser.get("/hub/restore/compare?\(query)b.bin").text
            #expect(binary.contains("isn’t a text file"))
            let gone = try await browser.get("/hub/restore/compare?\(query)gone.txt").text
            #expect(gone.contains("It isn’t there now"))
            #expect(gone.contains("<del>- all of it\n</del>"))
        }
    }

    @Test func `a file is brought back, and where the present one is kept is said`() async throws {
        try await withPoint { hub, browser in
            try put(hub, "a.txt", "old", now: "new")
            _ = try await browser.get("/hub/restore")
            let done = try await browser.post("/hub/restore/bring-back?\(query)a.txt")
            #expect(done.text.contains("a.txt (kept)"))
            #expect(hub.files.now("a.txt", in: try hub.home("ada")) == Data("old".utf8))
            #expect(hub.files.now("a.txt (kept)", in: try hub.home("ada")) == Data("new".utf8))
            #expect(try await browser.post("/hub/restore/bring-back?\(query)").status == .badRequest)
            hub.files.fail(.full)
            let full = try await browser.post("/hub/restore/bring-back?\(query)a.txt")
            #expect(full.status.code == 507)
            #expect(full.text.contains("There is no room left"))
        }
    }

    @Test func `nobody reaches another's restore points`() async throws {
        try await withPoint { hub, _ in
            try put(hub, "secret.txt", "secret")
            let bob = try await hub.browser(of: "bob")
            #expect(try await bob.get("/hub/restore").text.contains("There are none yet."))
            for path in ["browse?\(query)", "compare?\(query)secret.txt"] {
                #expect(try await bob.get("/hub/restore/\(path)").status == .notFound)
            }
            #expect(try await bob.post("/hub/restore/bring-back?\(query)secret.txt").status == .notFound)
            #expect(hub.files.calls.isEmpty)
        }
    }

    @Test(arguments: ["/etc", "..", "a/../b", "./a", "a//b", "a/", "%00", "a%2F..%2F..%2Fb"])
    func `a path that leaves the home is refused before it is looked at`(path: String) async throws {
        try await withPoint { hub, browser in
            for page in ["browse", "compare"] {
                let looked = try await browser.get("/hub/restore/\(page)?\(query)\(path)")
                #expect(looked.status == .badRequest)
            }
            let brought = try await browser.post("/hub/restore/bring-back?\(query)\(path)")
            #expect(brought.status == .badRequest)
            #expect(hub.files.calls.isEmpty)
        }
    }
}

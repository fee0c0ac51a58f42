import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Storage and requests` {
    @Test func `storage shows the use and what is largest, counted when asked for`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.holds("ada", 5_000_000_000)
            hub.files.put("models/big/w.bin", Data(count: 3000), in: try hub.home("ada"))
            hub.files.put("models/a.txt", Data(count: 500), in: try hub.home("ada"))
            let text = try await browser.get("/hub/storage").text
            #expect(text.contains("5 GB of 20 GB"))
            #expect(text.contains("Disk quota exceeded"))
            #expect(text.contains(#"href="/hub/storage?folders=1""#))
            #expect(text.contains(#"value="40 GB""#))
            #expect(hub.files.calls.isEmpty)
            let counted = try await browser.get("/hub/storage?folders=1").text
            #expect(counted.contains("models/big"))
            #expect(counted.contains("3.5 kB"))
            _ = try await browser.get("/hub/storage?folders=1")
            #expect(hub.files.calls == [.largest(try hub.home("ada"))], "counted once a minute")
        }
    }

    @Test func `a hostile folder name is shown as text`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            hub.files.put("<b>x\n\u{202E}y/z", Data(count: 1), in: try hub.home("ada"))
            let text = try await browser.get("/hub/storage?folders=1").text
            #expect(text.contains("&lt;b&gt;x⟨U+000A⟩⟨U+202E⟩y"))
            #expect(!text.contains("<b>x"))
        }
    }

    @Test func `room is asked for with a size, and what is wrong with it is said`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            _ = try await browser.get("/hub/storage")
            let wrong = try await browser.post("/hub/storage/ask", ["size": "20 G", "text": "For <models>"])
            #expect(wrong.status == .badRequest)
            #expect(wrong.text.contains(#"value="20 G""#))
            #expect(wrong.text.contains("For &lt;models&gt;</textarea>"))
            let sent = try await browser.post("/hub/storage/ask", ["size": " 50 GB ", "text": "For <models>"])
            #expect(sent.status == .seeOther)
            let list = try await browser.get(try #require(sent.location)).text
            #expect(list.contains("50 GB in all"))
            #expect(list.contains("For &lt;models&gt;"))
            #expect(list.contains("Open"))
        }
    }

    @Test func `forms without their mark are refused`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            for path in ["storage/ask", "requests", "requests/1/withdraw", "restore/bring-back", "admin/quota/ada"] {
                let response = try await browser.post("/hub/\(path)", ["size": "1 GB"], xsrf: "wrong")
                #expect(response.status == .forbidden, "\(path)")
            }
            #expect(try await hub.store.requests.all(nil).isEmpty)
        }
    }

    @Test func `strangers are led to the sign-in`() async throws {
        try await withHub { hub in
            for path in ["storage", "requests", "restore", "admin"] {
                let response = try await hub.browser().get("/hub/\(path)")
                #expect(response.location?.hasPrefix("/hub/login") == true, "\(path)")
            }
        }
    }

    @Test func `a request is made, seen by its user alone, and withdrawn by its user alone`() async throws {
        try await withHub { hub in
            let (ada, bob) = (try await hub.browser(of: "ada"), try await hub.browser(of: "bob"))
            let empty = try await ada.post("/hub/requests", ["kind": "package", "text": "  "])
            #expect(empty.status == .badRequest)
            #expect(try await ada.post("/hub/requests", ["kind": "storage", "text": "x"]).status == .badRequest)
            #expect(try await ada.post("/hub/requests", ["kind": "nonsense", "text": "x"]).status == .badRequest)
            let sent = try await ada.post("/hub/requests", ["kind": "package", "text": "xarray <b>"])
            #expect(sent.location == "/hub/requests?done=asked")
            #expect(try await ada.get("/hub/requests").text.contains("xarray &lt;b&gt;"))
            #expect(try await !bob.get("/hub/requests").text.contains("xarray"))
            let id = try #require(try await hub.store.requests.all(.open).first?.request.id)
            #expect(try await bob.post("/hub/requests/\(id)/withdraw").status == .notFound)
            #expect(try await ada.post("/hub/requests/\(id)/withdraw").status == .seeOther)
            #expect(try await ada.post("/hub/requests/\(id)/withdraw").status == .conflict)
            #expect(try await ada.post("/hub/requests/x/withdraw").status == .notFound)
        }
    }

    @Test func `the eleventh open request is refused in words`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            for _ in 1...10 { _ = try await ada.post("/hub/requests", ["kind": "other", "text": "x"]) }
            let response = try await ada.post("/hub/requests", ["kind": "other", "text": "x"])
            #expect(response.status == .badRequest)
            #expect(response.text.contains("There are 10 open requests of yours already."))
            #expect(try await !ada.get("/hub/requests").text.contains("<select"))
        }
    }

    @Test func `an answer is on the home page until it was seen`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/requests", ["kind": "package", "text": "xarray"])
            let id = try #require(try await hub.store.requests.all(.open).first?.request.id)
            let root = try UserName(normalizing: "root")
            try await hub.store.requests.answer(id, with: .declined, answer: "<i>No.</i>", by: root, at: noon)
            let news = "Your request for a package was declined: &lt;i&gt;No.&lt;/i&gt;"
            #expect(try await ada.get("/hub/home").text.contains(news))
            #expect(try await ada.get("/hub/home").text.contains(news))
            #expect(try await ada.get("/hub/requests").text.contains("&lt;i&gt;No.&lt;/i&gt;"))
            #expect(try await !ada.get("/hub/home").text.contains(news))
        }
    }
}

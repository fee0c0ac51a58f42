import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Downloads of one's files` {
    @Test func `the page shows what is chosen, counts when asked, and downloads it`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let first = try await ada.get("/hub/takeout?path=work%2Fdata&caches=no").text
            #expect(first.contains("“work/data”, without caches"))
            #expect(first.contains(#"data-url="/hub/takeout?path=work/data&amp;format=zip&amp;caches=no&amp;count=1""#))
            #expect(hub.archives.orders.isEmpty, "nothing is counted while the page is made")
            let counted = try await ada.get("/hub/takeout?path=work%2Fdata&caches=no&count=1").text
            #expect(counted.contains("3 files and folders, 5 GB before packing."))
            let form = ["path": "work/data", "caches": "no", "format": "tar.zst"]
            let sent = try await ada.post("/hub/takeout/download", form)
            #expect(sent.status == .ok)
            #expect(sent.text == "archive")
            #expect(sent.headers[.contentType] == "application/zstd")
            #expect(sent.headers[.contentDisposition]?.contains("ada-data-") == true)
            let order = try #require(hub.archives.orders.last)
            #expect(order.path == HomePath("work/data"))
            #expect(order.home == HomeDesk.home(of: try UserName(normalizing: "ada")))
            #expect(order.leavesCachesOut)
            #expect(order.folder == "data")
        }
    }

    @Test func `what can't be is said on the page`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let wrong = try await ada.get("/hub/takeout?path=..%2Fbob")
            #expect(wrong.status == .badRequest)
            #expect(wrong.text.contains("a path in a home"))
            hub.archives.fail(.notFound(path: "<b>"))
            let missing = try await ada.post("/hub/takeout/download", ["path": "<b>"])
            #expect(missing.status == .notFound)
            #expect(missing.text.contains("There is no “&lt;b&gt;” in this home."))
            #expect(try await hub.browser().get("/hub/takeout").location?.hasPrefix("/hub/login") == true)
            #expect(try await ada.post("/hub/takeout/download", [:], xsrf: "wrong").status == .forbidden)
        }
    }

    @Test func `too many at a time are refused with 429 and a page that says so`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let user = try #require(try await hub.store.users.named(try UserName(normalizing: "ada")))
            let order = try await hub.takeouts.order(try TakeoutChoice { _ in nil }, of: user)
            let held = [
                try await hub.takeouts.download(order, of: user), try await hub.takeouts.download(order, of: user),
            ]
            let refused = try await ada.post("/hub/takeout/download", [:])
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "60")
            #expect(refused.text.contains("2 downloads of yours are still on the way."))
            let page = try await ada.get("/hub/takeout").text
            #expect(page.contains("1.2 GB packed, 700 MB sent."))
            withExtendedLifetime(held) {}
        }
    }

    @Test func `another's prepared archive is as if it weren't there`() async throws {
        try await withHub { hub in
            let (ada, bob) = (try await hub.browser(of: "ada"), try await hub.browser(of: "bob"))
            _ = try await ada.get("/hub/takeout")
            #expect(try await ada.post("/hub/takeout/prepare", ["format": "zip"]).status == .seeOther)
            let user = try #require(try await hub.store.users.named(try UserName(normalizing: "ada")))
            let made = try #require(try await hub.takeouts.store.all(ofUser: user.id ?? 0).first)
            _ = try await hub.takeouts.store.change(made.id) { takeout in
                takeout.state = .ready
                takeout.size = 4
            }
            _ = FileManager.default.createFile(atPath: hub.takeouts.path(of: made.id), contents: Data("file".utf8))
            let address = "/hub/takeout/prepared/\(made.id)"
            #expect(try await ada.get(address).text == "file")
            #expect(try await bob.get(address).status == .notFound)
            #expect(try await bob.post("/hub/takeout/remove", ["archive": made.id]).status == .notFound)
            #expect(try await !bob.get("/hub/takeout").text.contains(made.id))
            #expect(try await ada.post("/hub/takeout/remove", ["archive": made.id]).status == .seeOther)
            #expect(try await ada.get(address).status == .notFound)
        }
    }
}

import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The page Connections` {
    private static let right = ["user": "ada", "secret": "right", "remember": "on"]

    private func with(
        _ probe: FakeProbe = FakeProbe(),
        _ body: @escaping @Sendable (HubFixture, Browser, FakeProbe) async throws -> Void,
    ) async throws {
        try await withHub(.withDataSources, probe: probe) { hub in
            try await body(hub, try await hub.browser(of: "ada"), probe)
        }
    }

    @Test func `lists what somebody is offered, and is in the navigation`() async throws {
        try await with { hub, ada, _ in
            let page = try await ada.get("/hub/connections").text
            for part in ["B2DROP", "~/b2drop", "EGI DataHub", "Not connected", "https://b2drop.eudat.eu/settings"] {
                #expect(page.contains(part), "\(part)")
            }
            #expect(page.contains(#"<a href="/hub/connections" aria-current="page">Connections</a>"#))
            #expect(!page.contains("~/closed"))
            _ = try await hub.store.groups.add(
                [GroupRecord(name: GroupName("rivers"), createdAt: noon)],
                members: [UserName(normalizing: "ada")],
            )
            #expect(try await ada.get("/hub/connections").text.contains("~/closed"))
            #expect(try await ada.get("/hub/home").text.contains("~/b2drop"))
        }
    }

    @Test func `what is right is tried, kept encrypted, and never shown again`() async throws {
        try await with { hub, ada, probe in
            let answer = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(answer.location == "/hub/connections?done=kept&source=b2drop")
            #expect(probe.asked.map(\.source) == ["b2drop"] && probe.renewed == ["b2drop"])
            #expect(try await hub.kept("b2drop") == .password(user: "ada", password: "right"))
            let record = try #require(try await hub.store.credentials.everything().first)
            #expect(record.source == "data:b2drop" && record.sealed.range(of: Data("right".utf8)) == nil)
            let page = try await ada.get("/hub/connections?done=kept&source=b2drop").text
            #expect(page.contains("B2DROP takes what you gave, and it is kept."))
            #expect(page.contains("Kept until you remove it") && !page.contains("value=\"right\""))
            let events = try await hub.store.audit.following(AuditFilter(), after: 0, limit: 100)
            let event = try #require(events.first { $0.action == AuditAction.credentialKept.rawValue })
            #expect(event.detailFields == ["dataSource": "b2drop"])
        }
    }

    @Test(arguments: [
        (["secret": "wr0ng"], 422, "The service doesn’t take this user name and password."),
        (["user": ""], 400, "The user name there is missing."),
        (["secret": ""], 400, "The password or token is missing."),
        (["user": "a:b"], 400, "This can’t be right"), (["user": "../ben"], 400, "This can’t be right"),
        (["secret": "a\u{7}b"], 400, "This can’t be right"),
    ])
    func `what isn't right is said at once, and not kept`(change: [String: String], status: Int, words: String)
        async throws
    {
        try await with { hub, ada, _ in
            let sent = Self.right.merging(change) { $1 }
            let answer = try await ada.post("/hub/connections/b2drop", sent)
            #expect(answer.status.code == status)
            #expect(answer.text.contains(words) && answer.text.contains("Nothing was kept"))
            #expect(!answer.text.contains("wr0ng"))
            #expect(try await hub.store.credentials.everything().isEmpty)
            #expect(try await hub.store.connections.all(ofUser: 1).isEmpty)
        }
    }

    @Test func `a wrong password leaves the right one`() async throws {
        try await with { hub, ada, _ in
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            _ = try await ada.post("/hub/connections/b2drop", Self.right.merging(["secret": "wrong"]) { $1 })
            #expect(try await hub.kept("b2drop") == .password(user: "ada", password: "right"))
        }
    }

    @Test func `without a gateway nothing is kept, and it is said`() async throws {
        try await with { hub, ada, probe in
            probe.answer { $0.isThere = false }
            let answer = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.text.contains("Nothing was tried, and nothing kept."))
            #expect(try await hub.store.credentials.everything().isEmpty)
        }
    }

    @Test func `of a service that isn't reached it is kept untried, and tried later`() async throws {
        try await with { hub, ada, probe in
            probe.answer { $0.byCredential = { _ in .offline } }
            let answer = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(answer.location == "/hub/connections?done=untried&source=b2drop")
            #expect(try await ada.get("/hub/connections").text.contains("Not tried yet"))
            try await hub.connections.tryAgain(atMost: 5)
            #expect(try await ada.get("/hub/connections").text.contains("Not tried yet"))
            probe.answer { $0.byCredential = { _ in .refused } }
            try await hub.connections.tryAgain(atMost: 5)
            let page = try await ada.get("/hub/connections").text
            #expect(!page.contains("Not tried yet") && page.contains(">Refused</strong>"))
            #expect(page.contains("Make a new app password there"))
        }
    }

    @Test func `a place that isn't trusted gets nothing kept`() async throws {
        try await with { hub, ada, probe in
            probe.answer { $0.byCredential = { _ in .untrusted } }
            let answer = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(answer.status == .badGateway)
            #expect(try await hub.store.credentials.everything().isEmpty)
        }
    }

    @Test func `states, errors, waiting files and conflicts are said in words`() async throws {
        try await with { _, ada, probe in
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            probe.answer { answers in
                answers.reports["b2drop"] = ConnectionReport(
                    state: .offline,
                    since: noon.addingTimeInterval(-7200),
                    lastFault: "The connection broke off.",
                    waiting: 3,
                    conflicts: ["notes (conflict) <b>.md"],
                )
            }
            let page = try await ada.get("/hub/connections").text
            for part in [
                ">Offline</strong>", "for 2 hours", "Last error: <span>The connection broke off.",
                "3 files waiting", "notes (conflict) &lt;b&gt;.md",
            ] {
                #expect(page.contains(part), "\(part)")
            }
            probe.answer { $0.isThere = false }
            let later = try await ada.get("/hub/connections").text
            #expect(later.contains("you see the states of earlier") && later.contains(">Offline</strong>"))
        }
    }

    @Test func `conflicts are said also when the gateway has forgotten them, until they were seen`() async throws {
        try await with { hub, ada, probe in
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            let told = ConnectionReport(state: .connected, since: noon, conflicts: ["b2drop/a (conflict).md"])
            probe.answer { $0.reports["b2drop"] = told }
            #expect(try await hub.connections.hear(of: 1)?.keys.sorted() == ["b2drop"])
            probe.answer { $0.reports = [:] }
            #expect(try await ada.get("/hub/connections").text.contains("b2drop/a (conflict).md"))
            probe.answer { $0.isThere = false }
            #expect(try await ada.get("/hub/connections").text.contains("b2drop/a (conflict).md"))
            let seen = try await ada.post("/hub/connections/b2drop/conflicts")
            #expect(seen.location == "/hub/connections?done=seen&source=b2drop")
            probe.answer { answers in
                answers.isThere = true
                answers.reports["b2drop"] = told
            }
            #expect(try await !ada.get("/hub/connections").text.contains("b2drop/a (conflict).md"))
        }
    }

    @Test func `test says how it is, and remove forgets`() async throws {
        try await with { hub, ada, probe in
            #expect(try await ada.post("/hub/connections/b2drop/test").status == .conflict)
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(
                try await ada.post("/hub/connections/b2drop/test").location
                    == "/hub/connections?done=works&source=b2drop"
            )
            #expect(probe.asked.last?.credential == nil)
            probe.answer { $0.byCredential = { _ in .expired } }
            let after = try await ada.post("/hub/connections/b2drop/test")
            #expect(try await ada.get(after.location ?? "").text.contains("and doesn’t work."))
            #expect(
                try await ada.post("/hub/connections/b2drop/remove").location
                    == "/hub/connections?done=removed&source=b2drop"
            )
            #expect(try await hub.store.credentials.everything().isEmpty)
            #expect(try await ada.post("/hub/connections/b2drop/remove").status == .notFound)
        }
    }

    @Test func `an empty password changes only what is remembered`() async throws {
        try await with { hub, ada, probe in
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            let answer = try await ada.post("/hub/connections/b2drop", ["user": "ada", "secret": ""])
            #expect(answer.location == "/hub/connections?done=sessionOnly&source=b2drop")
            #expect(try await hub.store.connections.all(ofUser: 1).map(\.remember) == [false])
            #expect(probe.asked.count == 1)
            #expect(try await ada.post("/hub/connections/b2drop", ["user": "eve", "secret": ""]).status == .badRequest)
        }
    }

    @Test func `nobody guesses passwords by way of the hub`() async throws {
        try await with { hub, ada, probe in
            let wrong = Self.right.merging(["secret": "wrong"]) { $1 }
            for _ in 0..<5 { #expect(try await ada.post("/hub/connections/b2drop", wrong).status.code == 422) }
            let sixth = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(sixth.status == .tooManyRequests && sixth.text.contains("That was tried too often."))
            #expect(probe.asked.count == 5)
            #expect(try await ada.post("/hub/connections/datahub", ["secret": "right"]).status == .seeOther)
            hub.clock.advance(by: 61)
            #expect(try await ada.post("/hub/connections/b2drop", Self.right).status == .seeOther)
        }
    }

    @Test func `others see and reach nothing of it`() async throws {
        try await with { hub, ada, _ in
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            let ben = try await hub.browser(of: "ben")
            #expect(try await !ben.get("/hub/connections").text.contains("Kept until you remove it"))
            #expect(try await ben.post("/hub/connections/b2drop/remove").status == .notFound)
            #expect(try await ben.post("/hub/connections/closed", Self.right).status == .notFound)
            #expect(try await hub.kept("b2drop") == .password(user: "ada", password: "right"))
            #expect(try await hub.kept("b2drop", of: "ben") == nil)
        }
    }

    @Test func `a lost key asks for it once more`() async throws {
        try await with { hub, ada, _ in
            _ = try await ada.post("/hub/connections/b2drop", Self.right)
            try FileManager.default.removeItem(atPath: hub.vaultKey)
            let page = try await ada.get("/hub/connections").text
            #expect(page.contains("The hub can’t read any more what you gave."))
            let answer = try await ada.post("/hub/connections/b2drop", Self.right)
            #expect(answer.status == .internalServerError && answer.text.contains("Nothing was kept"))
        }
    }

    @Test func `what is offered no more can still be removed`() async throws {
        try await with { hub, ada, _ in
            let link = ConnectionRecord(userId: 1, source: "gone", remember: true, state: nil, at: noon)
            let record = CredentialRecord(
                userId: 1,
                source: "data:gone",
                label: "ada",
                sealed: Data(),
                createdAt: noon,
            )
            try await hub.store.connections.put(link, with: record)
            let page = try await ada.get("/hub/connections").text
            #expect(page.contains("This isn’t offered to you any more."))
            #expect(try await ada.post("/hub/connections/gone", Self.right).status == .notFound)
            #expect(try await ada.post("/hub/connections/gone/remove").status == .seeOther)
        }
    }
}

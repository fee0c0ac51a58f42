import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

extension HubFixture {
    /// The audit record, the oldest first.
    fileprivate func record(_ action: AuditAction? = nil) async throws -> [AuditRecord] {
        var filter = AuditFilter()
        filter.action = action
        return try await store.audit.following(filter, after: 0, limit: 1000)
    }

    /// The only event of a kind.
    fileprivate func only(_ action: AuditAction) async throws -> AuditRecord {
        let found = try await record(action)
        #expect(found.count == 1, "\(action.rawValue): \(found.map(\.details))")
        return try #require(found.first)
    }

    /// An admin who is signed in.
    fileprivate func admin() async throws -> Browser {
        try await addUser("grete", isAdmin: true)
        return try await browser(of: "grete")
    }
}

@Suite struct `The audit record` {
    @Test func `a sign-in is one event with name, address, browser and way`() async throws {
        try await withHub { hub in
            _ = try await hub.browser(of: "ada")
            let event = try await hub.only(.sessionBegan)
            #expect((event.actorKind, event.actorName, event.subjectName) == (.user, "ada", "ada"))
            #expect((event.address, event.userAgent, event.way) == ("192.0.2.1", "Test/1", .page))
            #expect(event.outcome == .done && event.detailFields == ["way": "password"])
            #expect(event.time == hub.clock.now)
        }
    }

    @Test func `failed sign-ins fold, and a name that nobody has isn't kept`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            for _ in 0..<3 { _ = try await hub.browser().signIn("ada", "wrong password") }
            for _ in 0..<2 { _ = try await hub.browser().signIn("my secret passphrase", "wrong password") }
            var events = try await hub.record(.sessionRefused)
            #expect(events.map(\.subjectName) == ["ada", nil])
            #expect(events.map(\.reason) == ["wrongPassword", "wrongPassword"])
            #expect(events.allSatisfy { $0.actorKind == .stranger && $0.count == 1 })
            hub.clock.advance(by: 61)
            try await hub.store.audit.settle(at: hub.clock.now)
            events = try await hub.record(.sessionRefused)
            #expect(events.map(\.count).sorted() == [1, 1, 1, 2])
            #expect(events.allSatisfy { !"\($0)".contains("passphrase") })
        }
    }

    @Test func `a wrong present password and a change of it are seen`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let fresh = "four new plain words"
            for current in ["wrong", HubFixture.password] {
                let fields = ["current_password": current, "new_password": fresh, "new_password_again": fresh]
                _ = try await browser.post("/hub/account/password", fields)
            }
            #expect(try await hub.only(.passwordConfirmed).outcome == .refused)
            #expect(try await hub.only(.passwordChanged).actorName == "ada")
        }
    }

    @Test func `what the desks of accounts do is noted once each`() async throws {
        try await withHub { hub in
            let (accounts, ada) = (hub.accounts, try UserName(normalizing: "ada"))
            let command = AuditSource(kind: .command, name: "root", way: .command)
            try await AuditTrail.$source.withValue(command) {
                _ = try await accounts.add(ada, isAdmin: false)
                try await accounts.setAdmin(true, of: ada)
                try await accounts.setAdmin(false, of: ada)
                _ = try await accounts.resetPassword(of: ada)
                _ = try await accounts.createToken(for: ada, note: "job", scopes: [], lifetime: nil)
                let token = try #require(try await accounts.tokens(of: ada).first?.id)
                try await accounts.revokeToken(token)
                try await accounts.setDisabled(true, of: ada)
                try await accounts.setDisabled(false, of: ada)
                try await accounts.remove(ada)
            }
            let events = try await hub.record()
            #expect(
                events.map(\.action) == [
                    "user.made", "role.given", "role.taken", "password.reset", "token.made", "token.revoked",
                    "user.disabled", "user.enabled", "user.removed",
                ]
            )
            #expect(events.allSatisfy { $0.actorKind == .command && $0.actorName == "root" })
            #expect(Set(events.map(\.subjectName)) == ["ada"] && Set(events.map(\.subjectId)).count == 1)
            #expect(try await hub.store.audit.verify().fault == nil)
        }
    }

    @Test func `nothing that is secret stands in the record`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let token = try await hub.token(of: "ada")
            let session = try #require(browser.cookies.first { $0.name == "jupyterhub-hub-login" }?.value)
            let text = try await hub.record().map { "\($0)" }.joined()
            for secret in [HubFixture.password, token, session] { #expect(!text.contains(secret)) }
        }
    }

    @Test func `members of groups are noted one by one, those that were in aren't`() async throws {
        try await withHub { hub in
            let admin = try await hub.admin()
            try await hub.addUser("ada")
            try await hub.addUser("bob")
            let desk = GroupDesk(store: hub.store, now: { hub.clock.now })
            let (divers, ada, bob) = (
                try GroupName("divers"), try UserName(normalizing: "ada"), try UserName(normalizing: "bob")
            )
            try await desk.add([divers], members: [ada])
            let done = try await admin.post("/hub/admin/groups/divers/members", ["users": "ada, bob"])
            #expect(done.status == .seeOther)
            try await desk.addMembers([bob], to: divers, as: .manager, .mayGo)
            try await desk.removeMembers([ada], from: divers)
            let events = try await hub.record().filter { $0.action.hasPrefix("group") }
            #expect(
                events.map(\.action) == [
                    "group.made", "group.member.added", "group.member.added", "group.role.changed",
                    "group.member.removed",
                ]
            )
            #expect(events.map(\.subjectName) == [nil, "ada", "bob", "bob", "ada"])
            #expect(events[2].actorName == "grete" && events[1].actorKind == .hub)
        }
    }

    @Test func `who stops or starts another's server, or reads its log, is seen; its owner isn't`() async throws {
        try await withHub { hub in
            let (ada, grete) = (try await hub.browser(of: "ada"), try await hub.admin())
            try await hub.run(.of("ada"))
            _ = try await ada.get("/hub/logs/ada")
            for _ in 0..<2 { #expect(try await grete.get("/hub/logs/ada").status == .ok) }
            _ = try await grete.post("/hub/admin/stop/ada")
            try await hub.servers.reaches(.stopped, .of("ada"))
            _ = try await grete.post("/hub/admin/start/ada")
            try await hub.servers.reaches(.ready, .of("ada"))
            for action in [AuditAction.serverLogRead, .serverStoppedByOther, .serverStartedByOther] {
                let event = try await hub.only(action)
                #expect((event.actorName, event.subjectName) == ("grete", "ada"))
            }
        }
    }

    @Test func `whoever tries to enter another's server is seen once a session, also an admin`() async throws {
        try await withHub { hub in
            let (ada, grete) = (try await hub.browser(of: "ada"), try await hub.admin())
            let eve = try await hub.browser(of: "eve")
            let order = try await hub.run(.of("ada"))
            let client = try #require(order.variables["JUPYTERHUB_CLIENT_ID"])
            let callback = try #require(order.variables["JUPYTERHUB_OAUTH_CALLBACK_URL"])
            let address =
                "/hub/api/oauth2/authorize?client_id=\(Browser.encoded(client))&response_type=code&state=x"
                + "&redirect_uri=\(Browser.encoded(callback))"
            #expect(try await ada.get(address).status == .found)
            for browser in [grete, grete, eve] { #expect(try await browser.get(address).status == .forbidden) }
            let events = try await hub.record(.serverEntered)
            #expect(events.map(\.actorName) == ["grete", "eve"])
            #expect(events.allSatisfy { $0.outcome == .refused && $0.reason == "notYours" })
            #expect(events.allSatisfy { $0.subjectName == "ada" && $0.targetKind == "server" })
        }
    }

    // MARK: Who sees it

    @Test func `users see what was done by them and to what is theirs, and nobody else's`() async throws {
        try await withHub { hub in
            let (ada, grete) = (try await hub.browser(of: "ada"), try await hub.admin())
            let bob = try await hub.browser(of: "bob")
            try await hub.run(.of("ada"))
            _ = try await grete.post("/hub/admin/stop/ada")
            let page = try await ada.get("/hub/account/activity").text
            #expect(page.contains("grete") && page.contains("stopped the server"))
            #expect(page.contains("<bdi>You</bdi></strong> signed in"))
            #expect(!page.contains("bob"))
            let other = try await bob.get("/hub/account/activity").text
            #expect(!other.contains("<bdi>ada</bdi>") && !other.contains("grete"))
            #expect(page.contains("<bdi>grete</bdi>"), "that is how people are named")
            #expect(try await grete.get("/hub/account/activity").text.contains("stopped the server"))
            for path in ["/hub/admin/audit", "/hub/api/carrel/audit"] {
                #expect(try await ada.get(path).status == .forbidden)
                #expect(try await hub.browser().get(path).status != .ok)
            }
            #expect(try await ada.post("/hub/admin/audit/export").status == .forbidden)
            let scoped = try await hub.token(of: "grete", scopes: ["list:users"])
            #expect(try await hub.browser().send(.get, "/hub/api/carrel/audit", .token(scoped)).status == .forbidden)
        }
    }

    @Test func `the admin's page filters and goes back page by page`() async throws {
        try await withHub { hub in
            let grete = try await hub.admin()
            let ada = try await hub.addUser("ada").name
            for _ in 0..<60 { _ = try await hub.accounts.resetPassword(of: ada) }
            let page = try await grete.get("/hub/admin/audit?person=ada&action=password.reset").text
            let lines = page.components(separatedBy: "made a one-time password for the account ada").count - 1
            #expect(lines == AuditView.pageSize)
            let older = try #require(page.firstMatch(of: /href="([^"]*before=[0-9]+[^"]*)"/)?.1)
            let rest = try await grete.get(older.replacing("&amp;", with: "&").description).text
            #expect(rest.components(separatedBy: "made a one-time password").count - 1 == 10)
            #expect(try await grete.get("/hub/admin/audit?person=nobody").text.contains("There are no such events."))
            for odd in ["action=x", "since=2026-13-45", "before=x", "outcome=%00", "since=yesterday"] {
                #expect(try await grete.get("/hub/admin/audit?\(odd)").status == .ok)
            }
        }
    }

    @Test func `an export is JSON lines of the filter, and is noted`() async throws {
        try await withHub { hub in
            let grete = try await hub.admin()
            let ada = try await hub.addUser("ada").name
            for _ in 0..<1100 { try await hub.accounts.setAdmin(true, of: ada) }
            let answer = try await grete.post("/hub/admin/audit/export?action=role.given")
            let lines = answer.text.split(separator: "\n")
            #expect(lines.count == 1100)
            let first = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: any Sendable]
            )
            #expect(first["action"] as? String == "role.given")
            #expect((first["target"] as? [String: any Sendable])?["name"] as? String == "ada")
            #expect((first["at"] as? String)?.hasSuffix("Z") == true)
            #expect(try await hub.only(.auditExported).detailFields == ["filter": "?action=role.given"])
        }
    }

    @Test func `programs go on where they left off`() async throws {
        try await withHub { hub in
            _ = try await hub.admin()
            let token = try await hub.token(of: "grete")
            for _ in 0..<5 { _ = try await hub.accounts.setAdmin(true, of: UserName(normalizing: "grete")) }
            func lines(_ query: String) async throws -> [[String: any Sendable]] {
                let answer = try await hub.browser().send(.get, "/hub/api/carrel/audit?\(query)", .token(token))
                return try answer.text.split(separator: "\n").map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    return try #require(object as? [String: any Sendable])
                }
            }
            let first = try await lines("limit=3")
            let last = try #require(first.last?["id"] as? Int)
            let rest = try await lines("after=\(last)")
            #expect((first + rest).compactMap { $0["id"] as? Int } == Array(1...7))
            for odd in ["limit=0", "limit=x", "after=-1", "limit=100000"] {
                let answer = try await hub.browser().send(.get, "/hub/api/carrel/audit?\(odd)", .token(token))
                #expect(answer.status == .badRequest)
            }
        }
    }

    @Test func `every action has words of its own`() throws {
        for action in AuditAction.allCases {
            #expect(!AuditSamples.entry(action).what.contains(action.rawValue), "\(action.rawValue)")
            #expect(!AuditWords.title(action).contains(action.rawValue), "\(action.rawValue)")
        }
        #expect(Set(AuditAction.allCases.map(AuditWords.title)).count == AuditAction.allCases.count)
    }

    @Test func `where others were is shown to admins only`() throws {
        let (admin, own) = (AuditSamples.entry(.serverEntered), AuditSamples.entry(.serverEntered, for: 1))
        #expect(admin.facts?.contains("2001:db8::7") == true)
        #expect(own.facts == nil && own.who == "grete")
        let actor = AuditSamples.entry(.serverEntered, for: 2)
        #expect(actor.facts?.contains("2001:db8::7") == true && actor.who == "You")
    }
}

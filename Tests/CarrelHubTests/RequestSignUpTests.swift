import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

private let fresh = "four new plain words"

private func settings(_ policy: SignUpPolicy, near: Int = 5) -> KeeperFixture.Settings {
    var settings = KeeperFixture.Settings()
    settings.configuration.accounts.signUp = policy
    settings.configuration.accounts.mostSignUpsPerAddress = near
    return settings
}

extension Browser {
    /// Sends the form of the sign-up page.
    fileprivate func signUp(
        _ name: String,
        password: String = fresh,
        again: String? = nil,
        email: String = "",
        next: String = "",
    ) async throws -> TestResponse {
        if xsrf.isEmpty { _ = try await get("/hub/sign-up") }
        return try await post(
            "/hub/sign-up",
            [
                "username": name, "new_password": password, "new_password_again": again ?? password, "email": email,
                "next": next,
            ],
        )
    }
}

extension HubFixture {
    /// A browser of an admin.
    fileprivate func admin() async throws -> Browser {
        try await addUser("root", isAdmin: true)
        return try await browser(of: "root")
    }

    /// The number under which somebody waits.
    fileprivate func number(_ name: String) async throws -> Int64 {
        let record = try await store.signUps.named(UserName(normalizing: name), now: clock.now)
        return try #require(record?.id)
    }

    /// Leaves a home such as a removed user's.
    fileprivate func leaveHome(_ name: String, in instance: String = "default") throws {
        let folder = "\(servers.homesFolder)/\(instance)/\(try UserName(normalizing: name).unixName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
}

@Suite struct `Signing up` {
    @Test func `isn't there unless the operator wants it`() async throws {
        try await withHub { hub in
            let browser = hub.browser()
            let page = try await browser.get("/hub/login").text
            #expect(!page.contains("/hub/sign-up"))
            #expect(try await browser.get("/hub/sign-up").status == .notFound)
            #expect(try await browser.get("/hub/signup").status == .notFound)
            #expect(try await browser.signUp("ada").status == .notFound)
            #expect(try await hub.store.users.isEmpty())
        }
    }

    @Test func `makes an account at once where that is open, and leads on`() async throws {
        try await withHub(settings(.open)) { hub in
            let browser = hub.browser()
            let page = try await browser.get("/hub/login?next=/hub/account").text
            #expect(page.contains("/hub/sign-up?next=/hub/account") && page.contains("Make an account"))
            #expect(try await browser.get("/hub/signup").location == "/hub/sign-up")
            let made = try await browser.signUp(" Ada ", email: "ada@example.org", next: "/hub/account")
            #expect(made.location == "/hub/account")
            #expect(try await browser.get("/hub/account").text.contains("ada@example.org"))
            let ada = try #require(try await hub.store.users.named(UserName(normalizing: "ada")))
            #expect(!ada.isAdmin && !ada.mustChangePassword && ada.onlyInstanceId == nil)
            #expect(try await hub.browser().signIn("ada", fresh).status == .found)
        }
    }

    @Test func `leads nowhere outside the hub`() async throws {
        try await withHub(settings(.open)) { hub in
            let made = try await hub.browser().signUp("ada", next: "https://evil.example")
            #expect(made.location == "/hub/")
        }
    }

    @Test func `with approval nobody gets in before, and who has the right password is told`() async throws {
        try await withHub(settings(.approval)) { hub in
            let (ada, root) = (hub.browser(), try await hub.admin())
            #expect(try await ada.signUp("ada").location == "/hub/sign-up?done=1")
            #expect(try await ada.get("/hub/sign-up?done=1").text.contains("You are on the list"))
            #expect(try await ada.get("/hub/home").status == .found)
            let right = try await hub.browser().signIn("ada", fresh)
            #expect(right.status == .forbidden && right.text.contains("an admin has yet to approve"))
            let wrong = try await hub.browser().signIn("ada", "not the password")
            #expect(wrong.status == .forbidden && !wrong.text.contains("approve"))

            let page = try await root.get("/hub/admin").text
            #expect(page.contains("1 person asks for an account") && page.contains("192.0.2.1"))
            let path = "/hub/admin/sign-ups/\(try await hub.number("ada"))"
            #expect(try await root.post(path, ["decision": "approve"]).location?.contains("done=approved") == true)
            #expect(try await hub.browser().signIn("ada", fresh).location == "/hub/")
            #expect(try await root.post(path, ["decision": "approve"]).status == .notFound)
        }
    }

    @Test func `who is refused is off the list, and nothing says so to others`() async throws {
        try await withHub(settings(.approval)) { hub in
            let root = try await hub.admin()
            _ = try await hub.browser().signUp("ada")
            let path = "/hub/admin/sign-ups/\(try await hub.number("ada"))"
            #expect(try await root.post(path, ["decision": "refuse"]).location?.contains("done=refused") == true)
            let answer = try await hub.browser().signIn("ada", fresh)
            #expect(answer.status == .forbidden && answer.text.contains("The user name or the password is wrong"))
            #expect(try await root.get("/hub/admin").text.contains("0 people ask for an account"))
        }
    }

    @Test func `who waits is no user to anybody`() async throws {
        try await withHub(settings(.approval)) { hub in
            let root = try await hub.admin()
            _ = try await hub.browser().signUp("ada")
            let token = try await hub.token(of: "root")
            let caller = hub.browser()
            #expect(try await caller.send(.get, "/hub/api/users/ada", .token(token)).status == .notFound)
            #expect(try await root.get("/hub/admin/users/ada").status == .notFound)
            #expect(try await root.post("/hub/admin/users/ada/password-link").status == .notFound)
            let group = try await root.post("/hub/admin/groups", ["name": "climate"])
            #expect(group.status == .seeOther)
            let joined = try await root.post("/hub/admin/groups/climate/members", ["users": "ada"])
            #expect(joined.text.contains("There is no user ada"))
            #expect(try await hub.accounts.users().map(\.name.text) == ["root"])
        }
    }

    @Test func `only admins answer`() async throws {
        try await withHub(settings(.approval)) { hub in
            _ = try await hub.browser().signUp("ada")
            let path = "/hub/admin/sign-ups/\(try await hub.number("ada"))"
            let bob = try await hub.browser(of: "bob")
            #expect(try await bob.post(path, ["decision": "approve"]).status == .forbidden)
            #expect(try await hub.browser().post(path, ["decision": "approve"]).status == .forbidden)
            #expect(try await hub.store.users.named(UserName(normalizing: "ada")) == nil)
        }
    }

    @Test func `a fortnight without an answer ends the wait`() async throws {
        try await withHub(settings(.approval)) { hub in
            _ = try await hub.browser().signUp("ada")
            hub.clock.advance(by: 14 * 86_400 - 1)
            #expect(try await hub.browser().signIn("ada", fresh).text.contains("approve"))
            hub.clock.advance(by: 2)
            #expect(try await !hub.browser().signIn("ada", fresh).text.contains("approve"))
            #expect(try await hub.browser().signUp("ada").location == "/hub/sign-up?done=1")
        }
    }

    @Test(arguments: [SignUpPolicy.open, .approval])
    func `a name that somebody has, waits for, or is meant to have is taken, in the same words`(
        policy: SignUpPolicy
    ) async throws {
        try await withHub(settings(policy, near: 100)) { hub in
            try await hub.addUser("ape")
            _ = try await hub.browser(address: "198.51.100.1").signUp("eve")
            var course = InstanceSettings(name: "course")
            course.managers = ["teacher"]
            _ = try await hub.store.instances.make(course, by: nil, at: noon)
            for (index, name) in ["ape", "APE", "аре", "eve", "teacher"].enumerated() {
                let answer = try await hub.browser(address: "203.0.113.\(index)").signUp(name)
                #expect(answer.status == .conflict)
                #expect(answer.text.contains("or one that looks like it, is taken."), "\(name)")
            }
        }
    }

    @Test func `a name whose earlier user left a home is refused with what helps`() async throws {
        try await withHub(settings(.open)) { hub in
            try hub.leaveHome("ada")
            let answer = try await hub.browser().signUp("ada")
            #expect(answer.status == .conflict)
            #expect(answer.text.contains("carrel user add ada --take-home"))
            #expect(try await hub.store.users.named(UserName(normalizing: "ada")) == nil)
        }
    }

    @Test func `a home that was left while somebody waited is seen at the approval`() async throws {
        try await withHub(settings(.approval)) { hub in
            let root = try await hub.admin()
            _ = try await hub.browser().signUp("ada")
            try hub.leaveHome("ada")
            let path = "/hub/admin/sign-ups/\(try await hub.number("ada"))"
            let answer = try await root.post(path, ["decision": "approve"])
            #expect(answer.status == .conflict && answer.text.contains("--take-home"))
            #expect(try await hub.store.users.named(UserName(normalizing: "ada")) == nil)
        }
    }

    @Test func `what is typed wrongly is said, and the rest is kept`() async throws {
        try await withHub(settings(.open)) { hub in
            let browser = hub.browser()
            let differs = try await browser.signUp("ada", again: "five other new plain words", email: "a@b.org")
            #expect(differs.status == .badRequest && differs.text.contains("differ"))
            #expect(differs.text.contains(#"value="ada""#) && differs.text.contains(#"value="a@b.org""#))
            #expect(!differs.text.contains(fresh))
            #expect(try await browser.signUp("ada", password: "short").status == .badRequest)
            #expect(try await browser.signUp("a/b").status == .badRequest)
            #expect(try await browser.signUp("", email: "").status == .badRequest)
            let address = try await browser.signUp("ada", email: "not an address")
            #expect(address.text.contains("That can’t be an e-mail address"))
            let long = String(repeating: "e\u{301}", count: 20_000)
            #expect(try await browser.signUp(long).status == .badRequest)
            #expect(try await browser.signUp("ada").status == .found)
        }
    }

    @Test func `five from one network a day, whatever became of them`() async throws {
        try await withHub(settings(.approval)) { hub in
            for number in 0..<5 { _ = try await hub.browser().signUp("ada\(number)") }
            for record in try await hub.store.signUps.waiting(now: hub.clock.now) {
                _ = try await hub.store.signUps.refuse(record.id ?? 0, now: hub.clock.now)
            }
            let sixth = try await hub.browser().signUp("bob")
            #expect(sixth.status == .tooManyRequests && sixth.text.contains("from your network today"))
            #expect(try await hub.browser(address: "198.51.100.7").signUp("bob").status == .seeOther)
            hub.clock.advance(by: 86_401)
            #expect(try await hub.browser().signUp("cyd").status == .seeOther)
        }
    }

    @Test func `a hundred wait at most`() async throws {
        try await withHub(settings(.approval)) { hub in
            for number in 0..<100 {
                let answer = try await hub.browser(address: "198.51.100.\(number)").signUp("ada\(number)")
                #expect(answer.status == .seeOther)
            }
            let last = try await hub.browser().signUp("bob")
            #expect(last.status == .serviceUnavailable && last.text.contains("Too many people wait"))
        }
    }

    @Test func `who tries names one after the other has to wait`() async throws {
        try await withHub(settings(.open, near: 100)) { hub in
            try await hub.addUser("ada")
            var statuses: [Int] = []
            for _ in 0..<8 { statuses.append(try await hub.browser().signUp("ada").status.code) }
            #expect(statuses.prefix(6).allSatisfy { $0 == 409 } && statuses.last == 429)
            #expect(try await hub.browser(address: "198.51.100.7").signUp("bob").status == .found)
        }
    }
}

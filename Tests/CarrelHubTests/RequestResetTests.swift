import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `A link for a new password` {
    private let fresh = "four new plain words"
    private let path = "/hub/reset"

    private var fields: [String: String] { ["new_password": fresh, "new_password_again": fresh] }

    /// A link that an admin made for somebody on the user's page.
    private func link(_ hub: HubFixture, for name: String = "ada") async throws -> String {
        try await hub.addUser("root", isAdmin: true)
        let root = try await hub.browser(of: "root")
        let response = try await root.post("/hub/admin/users/\(name)/password-link")
        #expect(response.headers[.cacheControl] == "no-store")
        let found = response.text.firstMatch(of: /http:\/\/hub\.example\.org\/hub\/reset#[0-9a-f]{64}/)
        let link = String(try #require(found).0)
        let later = try await root.get("/hub/admin/users/\(name)").text
        #expect(!later.contains(link) && later.contains("There is one that root made"))
        return link
    }

    /// A browser that has shown a link.
    private func shown(_ link: String, _ hub: HubFixture) async throws -> Browser {
        let browser = hub.browser()
        _ = try await browser.get(path)
        let response = try await browser.post(path, ["secret": link])
        #expect(response.location == path + "/password")
        return browser
    }

    @Test func `lets its holder choose a password once, and signs them out elsewhere`() async throws {
        try await withHub { hub in
            let elsewhere = try await hub.browser(of: "ada")
            let link = try await link(hub)
            #expect(try await elsewhere.get("/hub/home").status == .ok, "making one changes nothing")
            let browser = try await shown(link, hub)
            #expect(try await browser.get(path + "/password").text.contains("<bdi>ada</bdi>"))
            let done = try await browser.post(path + "/password", fields)
            #expect(done.location == "/hub/login?new-password=1")
            #expect(try await elsewhere.get("/hub/home").status == .found)
            #expect(try await browser.get("/hub/home").status == .found, "it signs nobody in")
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .forbidden)
            #expect(try await hub.browser().signIn("ada", fresh).location == "/hub/")
            #expect(try await browser.post(path + "/password", fields).status == .notFound)
            let again = hub.browser()
            _ = try await again.get(path)
            #expect(try await again.post(path, ["secret": link]).status == .notFound)
        }
    }

    @Test func `is good for a day, and a new one replaces it`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let first = try await link(hub)
            let (holder, late) = (try await shown(first, hub), hub.browser())
            let name = try UserName(normalizing: "ada")
            let second = try await hub.accounts.makePasswordLink(for: name, by: "command")
            #expect(try await holder.post(path + "/password", fields).status == .notFound)
            hub.clock.advance(by: 86_401)
            _ = try await late.get(path)
            #expect(try await late.post(path, ["secret": second]).status == .notFound)
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .found)
        }
    }

    @Test func `keeps the rules of passwords, and tells nobody whether it is the old one`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = try await shown(try await link(hub), hub)
            let short = try await browser.post(
                path + "/password",
                ["new_password": "short", "new_password_again": "short"],
            )
            #expect(short.status == .badRequest)
            let differ = try await browser.post(path + "/password", fields.merging(["new_password": "another"]) { $1 })
            #expect(differ.text.contains("differ"))
            let old = ["new_password": HubFixture.password, "new_password_again": HubFixture.password]
            #expect(try await browser.post(path + "/password", old).status == .seeOther)
        }
    }

    @Test func `ends with a password that is set in another way, and with the account's being switched off`()
        async throws
    {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            let first = try await shown(try await link(hub), hub)
            _ = try await hub.accounts.resetPassword(of: ada.name)
            #expect(try await first.post(path + "/password", fields).status == .notFound)
            let second = try await hub.accounts.makePasswordLink(for: ada.name, by: "command")
            try await hub.store.users.setDisabled(true, of: ada.name)
            try await hub.store.users.setDisabled(false, of: ada.name)
            let browser = hub.browser()
            _ = try await browser.get(path)
            #expect(try await browser.post(path, ["secret": second]).status == .notFound)
        }
    }

    @Test func `says the same of a removed account, a disabled one, an old link and nonsense`() async throws {
        try await withHub { hub in
            let (ada, bob) = (try await hub.addUser("ada"), try await hub.addUser("bob"))
            try await hub.addUser("cyd")
            let removed = try await hub.accounts.makePasswordLink(for: ada.name, by: "command")
            let disabled = try await hub.accounts.makePasswordLink(for: bob.name, by: "command")
            let old = try await hub.accounts.makePasswordLink(for: UserName(normalizing: "cyd"), by: "command")
            try await hub.accounts.remove(ada.name)
            try await hub.store.users.change(bob.name) { $0.isDisabled = true }
            hub.clock.advance(by: 86_401)
            let browser = hub.browser()
            _ = try await browser.get(path)
            var answers: Set<String> = []
            for secret in [removed, disabled, old, "nonsense"] {
                let answer = try await browser.post(path, ["secret": secret])
                #expect(answer.status == .notFound)
                answers.insert(answer.text)
            }
            #expect(answers.count == 1)
            await #expect(throws: AccountError.disabled("bob")) {
                try await hub.accounts.makePasswordLink(for: bob.name, by: "command")
            }
        }
    }

    @Test func `a second step that is under way dies, and the second factor stays on`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            _ = try await hub.store.secondFactors.turnOn(
                SecondFactorRecord(userId: ada.id ?? 0, createdAt: noon, lastStep: 0),
                secret: CredentialRecord(
                    userId: ada.id ?? 0,
                    source: SecondFactorRecord.source,
                    label: "",
                    sealed: Data([1]),
                    createdAt: noon,
                ),
                codes: ["a"],
                keeping: -1,
            )
            let pending = hub.browser()
            #expect(try await pending.signIn("ada", HubFixture.password).location == "/hub/login/second-factor")
            let browser = try await shown(try await link(hub), hub)
            let page = try await browser.get(path + "/password").text
            #expect(page.contains("The second factor of this account stays on"))
            #expect(try await pending.get("/hub/login/second-factor").status == .ok)
            _ = try await browser.post(path + "/password", fields)
            let late = try await pending.post("/hub/login/second-factor", ["code": "123456"])
            #expect(late.location?.hasPrefix("/hub/login?expired=1") == true)
            #expect(try await hub.browser().signIn("ada", fresh).location == "/hub/login/second-factor")
        }
    }

    @Test func `another browser can't go on where this one is`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = try await shown(try await link(hub), hub)
            let mark = try #require(browser.cookies.first { $0.name == "carrel-reset" })
            #expect(mark.attributes.contains("httponly") && mark.path == path)
            let other = hub.browser()
            _ = try await other.get("/hub/login")
            let cookies = (other.cookies + [mark]).map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
            let answer = try await other.post(
                path + "/password",
                fields,
                headers: [.accept: "text/html", .cookie: cookies],
            )
            #expect(answer.status == .notFound)
        }
    }

    @Test func `isn't good for an account that is switched off`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            let browser = try await shown(try await link(hub), hub)
            try await hub.store.users.setDisabled(true, of: ada.name)
            #expect(try await browser.post(path + "/password", fields).status == .notFound)
        }
    }

    @Test func `only admins make one, and guesses have to wait`() async throws {
        try await withHub { hub in
            try await hub.addUser("bob")
            let ada = try await hub.browser(of: "ada")
            #expect(try await ada.get("/hub/admin/users/bob").status == .forbidden)
            #expect(try await ada.post("/hub/admin/users/bob/password-link").status == .forbidden)
            let guesser = hub.browser()
            _ = try await guesser.get(path)
            var statuses: Set<Int> = []
            for number in 0..<130 {
                let guess = String(repeating: "a", count: 60) + "\(1000 + number)"
                statuses.insert(try await guesser.post(path, ["secret": guess]).status.code)
            }
            #expect(statuses == [404, 429])
        }
    }

    @Test func `what is stored isn't the secret`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            let secret = try await hub.accounts.makePasswordLink(for: ada.name, by: "command")
            #expect(try await hub.store.passwordLinks.find(secret, now: noon) == nil)
            await #expect(throws: StoreError.noSuchUser("nobody")) {
                try await hub.accounts.makePasswordLink(for: UserName(normalizing: "nobody"), by: "command")
            }
        }
    }
}

import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelAuth
@testable import CarrelHub

/// Somebody's authenticator app, and the codes they kept.
private struct App {
    let secret: TOTPSecret
    let recovery: [String]

    /// What it shows some steps from now.
    func code(_ hub: HubFixture, step: Int64 = 0) -> String {
        secret.code(of: (TOTPSecret.step(at: hub.clock.now) ?? 0) + step)
    }

    /// A code that is wrong now.
    func wrongCode(_ hub: HubFixture) -> String {
        let right = Set((-1...1).map { code(hub, step: $0) })
        return ["000000", "111111", "222222", "333333"].first { !right.contains($0) } ?? ""
    }

    /// Goes through the pages that turn a second factor on.
    static func setUp(_ hub: HubFixture, _ browser: Browser) async throws -> App {
        let offered = try await browser.post(path, ["current_password": HubFixture.password])
        #expect(offered.status == .ok)
        let secret = try TOTPSecret(text: try value("secret", in: offered.text))
        let offer = try value(nil, named: "offer", in: offered.text)
        let code = App(secret: secret, recovery: []).code(hub)
        let done = try await browser.post(path + "/on", ["offer": offer, "code": code])
        #expect(done.status == .ok)
        return App(secret: secret, recovery: codes(in: done.text))
    }

    static let path = "/hub/account/second-factor"

    static func value(_ id: String?, named name: String? = nil, in text: String) throws -> String {
        let mark = id.map { #"id="\#($0)" value=""# } ?? #"name="\#(name ?? "")" value=""#
        return String(try #require(text.components(separatedBy: mark).dropFirst().first).prefix { $0 != "\"" })
    }

    static func codes(in text: String) -> [String] {
        text.matches(of: /[a-z0-9]{4}(-[a-z0-9]{4}){3}/).map { String($0.0) }
    }
}

private let step = "/hub/login/second-factor"

@Suite struct `A second factor` {
    /// Everything that a test of signing in needs.
    private func withApp(_ body: @escaping @Sendable (HubFixture, App) async throws -> Void) async throws {
        try await withHub { hub in
            let app = try await App.setUp(hub, try await hub.browser(of: "ada"))
            hub.clock.advance(by: 60)
            try await body(hub, app)
        }
    }

    /// A browser after the first step.
    private func browser(_ hub: HubFixture, address: String = "192.0.2.9", next: String? = nil) async throws -> Browser
    {
        let browser = hub.browser(address: address)
        let response = try await browser.signIn("ada", HubFixture.password, next: next)
        #expect(response.location?.hasPrefix(step) == true)
        return browser
    }

    /// What comes of a code in a new browser.
    private func attempt(_ hub: HubFixture, _ code: String) async throws -> HTTPResponse.Status {
        try await browser(hub).post(step, ["code": code]).status
    }

    // MARK: Signing in

    @Test func `after the password a code is asked for, and there is no session before it`() async throws {
        try await withApp { hub, app in
            let browser = try await browser(hub, next: "/hub/account?x=1")
            #expect(!browser.cookies.contains { ["jupyterhub-hub-login", "carrel-browser"].contains($0.name) })
            #expect(try await browser.get("/hub/home").location == "/hub/login?next=/hub/home")
            let mark = try #require(browser.cookies.first { $0.name == "carrel-second-step" })
            #expect(mark.attributes == ["httponly", "max-age=300", "samesite=lax"] && mark.path == step)
            #expect(try await browser.get(step).status == .ok)
            let done = try await browser.post(step, ["code": app.code(hub), "next": "/hub/account?x=1"])
            #expect(done.status == .found)
            #expect(done.location == "/hub/account?x=1")
            #expect(try await browser.get("/hub/home").status == .ok)
            #expect(!browser.cookies.contains { $0.name == "carrel-second-step" })
        }
    }

    @Test func `a wrong code opens nothing, and one's address afterwards is checked`() async throws {
        try await withApp { hub, app in
            let browser = try await browser(hub)
            let wrong = try await browser.post(step, ["code": app.wrongCode(hub), "next": "//example.org"])
            #expect(wrong.status == .forbidden)
            #expect(!wrong.text.contains("example.org"))
            #expect(try await browser.get("/hub/home").status == .found)
            #expect(try await browser.post(step, ["code": app.code(hub), "next": "//example.org"]).location == "/hub/")
        }
    }

    @Test func `a code counts once`() async throws {
        try await withApp { hub, app in
            let code = app.code(hub)
            let (first, second) = (try await attempt(hub, code), try await attempt(hub, code))
            #expect(first == .found)
            #expect(second == .forbidden)
            hub.clock.advance(by: 30)
            #expect(try await attempt(hub, app.code(hub)) == .found)
        }
    }

    @Test func `the code that turned it on doesn't sign in too`() async throws {
        try await withHub { hub in
            let app = try await App.setUp(hub, try await hub.browser(of: "ada"))
            #expect(try await attempt(hub, app.code(hub)) == .forbidden)
        }
    }

    @Test func `wrong codes are slowed down whichever address they come from, and a recovery code still opens`()
        async throws
    {
        try await withApp { hub, app in
            for number in 0..<5 {
                let browser = try await browser(hub, address: "192.0.2.\(number + 20)")
                #expect(try await browser.post(step, ["code": app.wrongCode(hub)]).status == .forbidden)
            }
            _ = try await browser(hub, address: "192.0.2.50").post(step, ["code": app.wrongCode(hub)])
            let last = try await browser(hub, address: "192.0.2.60")
            let waiting = try await last.post(step, ["code": app.code(hub)])
            #expect(waiting.status == .tooManyRequests)
            #expect(waiting.headers[.retryAfter] != nil)
            let recovery = try #require(app.recovery.first)
            #expect(try await last.post(step, ["code": recovery.uppercased()]).status == .found)
        }
    }

    @Test func `a browser that signed in before there was a second factor gets no guesses of its own`() async throws {
        try await withHub { hub in
            let old = try await hub.browser(of: "ada")
            hub.clock.advance(by: 1)
            let app = try await App.setUp(hub, try await hub.browser(of: "ada"))
            #expect(try await old.get("/hub/home").status == .found)
            hub.clock.advance(by: 60)
            _ = try await old.get("/hub/login")
            _ = try await old.signIn("ada", HubFixture.password)
            for _ in 0..<6 {
                #expect(try await old.post(step, ["code": app.wrongCode(hub)]).status == .forbidden)
            }
            #expect(try await attempt(hub, app.code(hub)) == .tooManyRequests)
        }
    }

    @Test func `each recovery code works once`() async throws {
        try await withApp { hub, app in
            #expect(Set(app.recovery).count == 10)
            let recovery = try #require(app.recovery.first)
            let first = try await browser(hub)
            #expect(try await first.post(step, ["code": recovery]).status == .found)
            #expect(try await attempt(hub, recovery) == .forbidden)
            #expect(try await first.get("/hub/account").text.contains("9 recovery codes left."))
        }
    }

    @Test func `the second step ends after five minutes, with another browser, and with another password`() async throws
    {
        try await withApp { hub, app in
            let late = try await browser(hub)
            hub.clock.advance(by: 301)
            let answer = try await late.post(step, ["code": app.code(hub), "next": "/hub/account"])
            #expect(answer.status == .seeOther)
            #expect(answer.location == "/hub/login?expired=1&next=/hub/account")

            let (one, other) = (try await browser(hub), hub.browser())
            _ = try await other.get("/hub/login")
            let stolen = try #require(one.cookies.first { $0.name == "carrel-second-step" })
            let cookies = (other.cookies + [stolen]).map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
            let answered = try await other.post(
                step,
                ["code": app.code(hub)],
                headers: [.accept: "text/html", .cookie: cookies],
            )
            #expect(answered.location == "/hub/login?expired=1")

            try await hub.accounts.setPassword(
                of: try #require(await hub.store.users.named(UserName(normalizing: "ada"))),
                to: "four new plain words",
                keeping: nil,
            )
            #expect(try await one.post(step, ["code": app.code(hub)]).location == "/hub/login?expired=1")
            #expect(try await hub.browser().get("/hub/login?expired=1").text.contains("This form has expired"))
        }
    }

    @Test func `an account that is switched off between the steps stays out`() async throws {
        try await withApp { hub, app in
            let browser = try await browser(hub)
            try await hub.store.users.setDisabled(true, of: UserName(normalizing: "ada"))
            #expect(try await browser.post(step, ["code": app.code(hub)]).location == "/hub/login?expired=1")
        }
    }

    @Test func `without the vault's key recovery codes still work, and nobody is slowed down`() async throws {
        try await withApp { hub, app in
            try FileManager.default.removeItem(atPath: hub.vaultKey)
            let browser = try await browser(hub)
            for _ in 0..<7 {
                let answer = try await browser.post(step, ["code": app.code(hub)])
                #expect(answer.status == .internalServerError)
                #expect(answer.text.contains("Use a recovery code"))
            }
            #expect(try await browser.post(step, ["code": app.recovery[0]]).status == .found)
        }
    }

    // MARK: On one's account

    @Test func `it takes the present password, and a code that fits`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let wrong = try await browser.post(App.path, ["current_password": "wrong"])
            #expect(wrong.status == .badRequest)
            #expect(!wrong.text.contains("<path"))
            let offered = try await browser.post(App.path, ["current_password": HubFixture.password])
            let offer = try App.value(nil, named: "offer", in: offered.text)
            let refused = try await browser.post(App.path + "/on", ["offer": offer, "code": "12345"])
            #expect(refused.status == .badRequest)
            let (before, after) = (try App.value("secret", in: offered.text), try App.value("secret", in: refused.text))
            #expect(before == after)
            #expect(try await hub.store.secondFactors.find(ofUser: 1) == nil)
            #expect(try await hub.browser().signIn("ada", HubFixture.password).location == "/hub/")
        }
    }

    @Test func `an offer is worth nothing in another session, nor for long`() async throws {
        try await withHub { hub in
            let (browser, other) = (try await hub.browser(of: "ada"), try await hub.browser(of: "bob"))
            let offered = try await browser.post(App.path, ["current_password": HubFixture.password])
            let offer = try App.value(nil, named: "offer", in: offered.text)
            let app = App(secret: try TOTPSecret(text: try App.value("secret", in: offered.text)), recovery: [])
            let fields = ["offer": offer, "code": app.code(hub)]
            #expect(try await other.post(App.path + "/on", fields).status == .badRequest)
            hub.clock.advance(by: 901)
            let late = try await browser.post(App.path + "/on", ["offer": offer, "code": app.code(hub)])
            #expect(late.status == .badRequest)
            #expect(try await hub.store.secondFactors.find(ofUser: 1) == nil)
        }
    }

    @Test func `nobody gets another one in its place`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let offered = try await browser.post(App.path, ["current_password": HubFixture.password])
            let offer = try App.value(nil, named: "offer", in: offered.text)
            let secret = try App.value("secret", in: offered.text)
            _ = try await App.setUp(hub, browser)
            let again = try await browser.post(App.path, ["current_password": HubFixture.password])
            #expect(again.status == .badRequest)
            let code = App(secret: try TOTPSecret(text: secret), recovery: []).code(hub)
            #expect(try await browser.post(App.path + "/on", ["offer": offer, "code": code]).status == .badRequest)
        }
    }

    @Test func `new recovery codes and turning it off ask for both factors`() async throws {
        try await withApp { hub, app in
            let browser = try await browser(hub)
            _ = try await browser.post(step, ["code": app.code(hub)])
            hub.clock.advance(by: 30)
            func act(_ action: String, _ password: String, _ code: String) async throws -> TestResponse {
                try await browser.post(App.path + action, ["current_password": password, "code": code])
            }
            for action in ["/codes", "/off"] {
                #expect(try await act(action, "wrong", app.code(hub)).status == .badRequest)
                #expect(try await act(action, HubFixture.password, app.wrongCode(hub)).status == .badRequest)
            }
            let renewed = try await act("/codes", HubFixture.password, app.code(hub))
            let codes = App.codes(in: renewed.text)
            #expect(codes.count == 10 && Set(codes).isDisjoint(with: app.recovery))
            #expect(try await act("/off", HubFixture.password, app.recovery[0]).status == .badRequest)
            #expect(try await act("/off", HubFixture.password, codes[0]).location == App.path + "?done=off")
            #expect(try await hub.browser().signIn("ada", HubFixture.password).location == "/hub/")
        }
    }

    @Test func `an admin turns it off for who lost everything`() async throws {
        try await withApp { hub, _ in
            let ada = try UserName(normalizing: "ada")
            #expect(try await hub.accounts.secondFactor(of: ada)?.codesLeft == 10)
            #expect(try await hub.accounts.turnOffSecondFactor(of: ada))
            #expect(try await !hub.accounts.turnOffSecondFactor(of: ada))
            #expect(try await hub.browser().signIn("ada", HubFixture.password).location == "/hub/")
        }
    }

    @Test func `nothing of the secret or the codes is stored readable`() async throws {
        try await withApp { hub, app in
            let sealed = try #require(await hub.store.credentials.everything().first)
            #expect(!String(decoding: sealed.sealed, as: UTF8.self).contains(app.secret.reveal()))
            #expect(sealed.label.isEmpty)
            let bob = try await hub.browser(of: "bob")
            #expect(try await !bob.get(App.path).text.contains("It is on"))
        }
    }
}

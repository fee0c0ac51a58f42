import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Data sources before a start` {
    private static let right = ["b2drop-user": "ada", "b2drop-pwd": "right", "b2drop-remember": "on"]

    private func with(
        _ settings: KeeperFixture.Settings = .withDataSources,
        _ body: @escaping @Sendable (HubFixture, Browser, FakeProbe) async throws -> Void,
    ) async throws {
        let probe = FakeProbe()
        try await withHub(settings, probe: probe) { hub in
            try await body(hub, try await hub.browser(of: "ada"), probe)
        }
    }

    @Test func `are asked for on the form, and say when there is nothing to do`() async throws {
        try await with { _, ada, _ in
            #expect(try await ada.get("/hub/home").text.contains(#"href="/hub/spawn/ada""#))
            let before = try await ada.get("/hub/spawn/ada").text
            #expect(before.contains("B2DROP connection") && before.contains(#"name="b2drop-pwd" type="password""#))
            #expect(!before.contains("Already configured!") && !before.contains("datahub-token"))
            _ = try await ada.post("/hub/connections/b2drop", ["user": "ada", "secret": "right", "remember": "on"])
            let after = try await ada.get("/hub/spawn/ada").text
            #expect(after.contains("Already configured!") && after.contains(#"name="b2drop-user" value="ada""#))
            #expect(after.contains(#"name="b2drop-remember" value="on" checked"#))
            #expect(!after.contains("right"))
        }
    }

    @Test func `what is right is kept, and the server starts`() async throws {
        try await with { hub, ada, _ in
            let answer = try await ada.post("/hub/spawn/ada", Self.right)
            #expect(answer.status == .seeOther)
            try await hub.servers.reaches(.ready, .of("ada"))
            #expect(try await hub.kept("b2drop") == .password(user: "ada", password: "right"))
            #expect(try await hub.store.connections.all(ofUser: 1).map(\.remember) == [true])
        }
    }

    @Test func `a form without a name in its address starts one's own server`() async throws {
        try await with { hub, ada, _ in
            #expect(try await ada.post("/hub/spawn", Self.right).status == .seeOther)
            try await hub.servers.reaches(.ready, .of("ada"))
            #expect(try await hub.kept("b2drop") != nil)
        }
    }

    @Test func `a wrong password is said on the form, which keeps the rest`() async throws {
        try await with { hub, ada, _ in
            let sent = Self.right.merging(["b2drop-pwd": "wr0ng", "next": "/user/ada/lab/tree/a.ipynb"]) { $1 }
            let answer = try await ada.post("/hub/spawn/ada", sent)
            #expect(answer.status.code == 422)
            #expect(answer.text.contains("The service doesn’t take this user name and password."))
            #expect(answer.text.contains(#"<details class="source" id="source-b2drop" open>"#))
            #expect(answer.text.contains(#"name="b2drop-user" value="ada""#) && !answer.text.contains("wr0ng"))
            #expect(answer.text.contains(#"name="next" value="/user/ada/lab/tree/a.ipynb""#))
            #expect(try await hub.servers.row(.of("ada")) == nil)
            // Without the password it starts.
            let without = try await ada.post("/hub/spawn/ada", ["b2drop-user": "ada", "b2drop-pwd": ""])
            #expect(without.status == .seeOther)
            #expect(try await hub.store.credentials.everything().isEmpty)
        }
    }

    @Test func `without a gateway it is said, and the server starts without`() async throws {
        try await with { hub, ada, probe in
            probe.answer { $0.isThere = false }
            let answer = try await ada.post("/hub/spawn/ada", Self.right)
            #expect(answer.status == .serviceUnavailable && answer.text.contains("Or start without it"))
            #expect(try await ada.post("/hub/spawn/ada", ["b2drop-user": ""]).status == .seeOther)
        }
    }

    @Test func `un-ticking remember forgets after the session`() async throws {
        try await with { hub, ada, _ in
            _ = try await ada.post("/hub/connections/b2drop", ["user": "ada", "secret": "right", "remember": "on"])
            _ = try await ada.post("/hub/spawn/ada", ["b2drop-user": "ada", "b2drop-pwd": ""])
            try await hub.servers.reaches(.ready, .of("ada"))
            hub.clock.advance(by: 3_000)
            try await hub.connections.sweep()
            #expect(try await hub.kept("b2drop") != nil)
            _ = try await ada.post("/hub/stop/ada")
            try await hub.servers.reaches(.stopped, .of("ada"))
            try await hub.connections.sweep()
            #expect(try await hub.kept("b2drop") != nil)
            _ = try await ada.post("/hub/logout")
            try await hub.connections.sweep()
            #expect(try await hub.kept("b2drop") == nil)
            #expect(try await hub.store.connections.all(ofUser: 1).isEmpty)
            let events = try await hub.store.audit.following(AuditFilter(), after: 0, limit: 100)
            let event = try #require(events.last { $0.action == AuditAction.credentialRemoved.rawValue })
            #expect(event.actorKind == .hub)
        }
    }

    @Test func `a start that says nothing of it changes nothing`() async throws {
        try await with { hub, ada, _ in
            _ = try await ada.post("/hub/connections/b2drop", ["user": "ada", "secret": "right", "remember": "on"])
            _ = try await ada.post("/hub/spawn/ada")
            #expect(try await hub.store.connections.all(ofUser: 1).map(\.remember) == [true])
        }
    }

    @Test func `an admin who starts another's server gives nothing in their name`() async throws {
        try await with { hub, _, probe in
            try await hub.addUser("grete", isAdmin: true)
            let grete = try await hub.browser(of: "grete")
            #expect(try await !grete.get("/hub/spawn/ada").text.contains("b2drop-pwd"))
            _ = try await grete.post("/hub/spawn/ada", Self.right)
            #expect(probe.asked.isEmpty)
            #expect(try await hub.store.credentials.everything().isEmpty)
        }
    }

    @Test func `who follows a link isn't stopped by them`() async throws {
        try await with { hub, ada, _ in
            let answer = try await ada.get("/hub/spawn/ada?next=/user/ada/lab/tree/a.ipynb")
            #expect(answer.status == .found)
            try await hub.servers.reaches(.ready, .of("ada"))
        }
    }

    @Test func `an instance that keeps nothing has none`() async throws {
        var settings = KeeperFixture.Settings.withDataSources
        var explore = InstanceSettings(name: "explore")
        (explore.kind, explore.entry) = (.ephemeral, [.account])
        settings.configuration.instances = [explore]
        try await with(settings) { hub, ada, probe in
            try await hub.servers.desk.instances.adopt()
            #expect(try await ada.get("/hub/spawn/ada/explore").status == .found)
            _ = try await ada.post("/hub/spawn/ada/explore", Self.right)
            #expect(probe.asked.isEmpty)
        }
    }
}

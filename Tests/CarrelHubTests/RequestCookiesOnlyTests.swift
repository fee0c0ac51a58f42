import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Pages are for browsers` {
    private static let pages = [
        "home", "spawn/ada", "logs/ada", "takeout", "account", "storage", "restore", "requests", "admin", "groups",
        "admin/groups", "instances", "instances/course", "instances/course/people", "instances/course/end",
        "admin/deletions",
    ]

    @Test(arguments: pages)
    func `whoever comes with a token is a stranger there, whatever it allows`(page: String) async throws {
        try await withHub { hub in
            try await hub.addUser("ada", isAdmin: true)
            try await hub.store.instances.add(
                InstanceRecord(InstanceSettings(name: "course"), origin: .page, createdAt: noon)
            )
            let token = try await hub.token(of: "ada")
            let program = hub.browser()
            let shown = try await program.get("/hub/\(page)", .token(token))
            #expect(shown.location?.hasPrefix("/hub/login") == true, "\(shown.status)")
            let sent = try await program.send(.post, "/hub/\(page)", .token(token))
            #expect(sent.status != .ok && sent.location?.hasPrefix("/hub/login") != false, "\(sent.status)")
        }
    }

    @Test func `a server's own token changes nothing for its user`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada", isAdmin: true)
            try await hub.store.instances.add(
                InstanceRecord(InstanceSettings(name: "course"), origin: .page, createdAt: noon)
            )
            let order = try await hub.run(.of("ada"))
            let token = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            let actions = [
                "instances/course/people/invitations", "instances/course/people/roster/confirm",
                "instances/course/end/now", "takeout/download", "takeout/prepare", "account/sign-out-others",
            ]
            for action in actions {
                let answer = try await hub.browser().send(.post, "/hub/\(action)", .token(token))
                #expect(answer.status != .ok, "\(action): \(answer.status)")
            }
            #expect(try await hub.store.instances.named(InstanceName("course"))?.state == .open)
            #expect(try await hub.store.takeouts.ids().isEmpty)
        }
    }
}

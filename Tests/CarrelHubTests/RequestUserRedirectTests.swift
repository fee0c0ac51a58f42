import CarrelModel
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `A link for everybody` {
    private static let query = "?repo=https%3A%2F%2Fx.org%2Fa%20b&branch=main"

    @Test func `may name an instance, and leads to one's own server there`() async throws {
        try await withHub { hub in
            try await hub.store.instances.add(
                InstanceRecord(InstanceSettings(name: "course"), origin: .page, createdAt: noon)
            )
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.get("/hub/user-redirect/course/git-pull\(Self.query)")
            #expect(response.location?.hasPrefix("/hub/spawn/ada/course?next=") == true)
            #expect(response.redirected("next") == "/user/ada/course/git-pull\(Self.query)")
        }
    }

    @Test func `brings strangers through the entry of an instance, and back to itself`() async throws {
        try await withHub { hub in
            try await hub.store.instances.add(.exploring(entry: [.open], terms: [], catalogue: nil))
            let stranger = hub.browser(address: "192.0.2.9")
            let link = "/hub/user-redirect/explore/git-pull\(Self.query)"
            let entry = try await stranger.get(link)
            #expect(entry.location?.hasPrefix("/hub/enter/explore?next=") == true)
            #expect(entry.redirected("next") == link)
            _ = try await stranger.get(try #require(entry.location))
            let entered = try await stranger.post("/hub/enter/explore", ["next": link])
            #expect(entered.location == link)
            let visitor = try #require(try await hub.store.users.all().first { $0.isVisitor })
            let started = try await stranger.get(link)
            #expect(started.redirected("next") == "/user/\(visitor.name)/explore/git-pull\(Self.query)")
        }
    }

    @Test func `may name a further server that one has`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada", "second"))
            let response = try await browser.get("/hub/user-redirect/second/lab/tree/a.ipynb")
            #expect(response.redirected("next") == "/user/ada/second/lab/tree/a.ipynb")
        }
    }

    @Test func `doesn't tell of an instance that isn't one's own`() async throws {
        try await withHub { hub in
            var secret = InstanceSettings(name: "secret")
            (secret.entry, secret.groups) = ([.group], ["others"])
            try await hub.store.instances.add(InstanceRecord(secret, origin: .page, createdAt: noon))
            let browser = try await hub.browser(of: "ada")
            for name in ["secret", "nothing"] {
                let response = try await browser.get("/hub/user-redirect/\(name)/lab")
                #expect(response.location?.hasPrefix("/hub/spawn/ada?next=") == true)
                #expect(response.redirected("next") == "/user/ada/\(name)/lab")
            }
        }
    }

    @Test(arguments: [
        ("git-pull?a=b%2Fc", "git-pull", "", "?a=b%2Fc"),
        ("x/git-pull?a?b", "x", "git-pull", "?a?b"),
        ("x", "x", "", ""),
        ("", "", "", ""),
        ("?a", "", "", "?a"),
        ("a%2Fb/c%20d", "a%2Fb", "c%20d", ""),
    ])
    func `is taken apart without unescaping it`(rest: String, first: String, below: String, query: String) {
        let link = UserLink("/hub/user-redirect/\(rest)")
        #expect(link.first == first && link.pathInServer == below && link.query == query)
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Tokens for hosts of repositories` {
    private static let form = ["repository": "https://git.example.org/ada/closed", "user": "ada", "token": "right"]

    /// What a server's git is told.
    private func ask(_ hub: HubFixture, _ token: String, host: String = "git.example.org", scheme: String = "https")
        async throws -> TestResponse
    {
        try await hub.back.execute(
            uri: "/hub/api/carrel/git-credential",
            method: .post,
            headers: .token(token),
            body: ByteBuffer(string: #"{"protocol": "\#(scheme)", "host": "\#(host)"}"#),
        )
    }

    @Test func `are tried, kept encrypted, never shown, and handed to one's own server only`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            try await hub.addUser("ben")
            let server = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            let other = try #require(try await hub.run(.of("ben")).variables["JUPYTERHUB_API_TOKEN"])
            #expect(try await ask(hub, server).status == .notFound)

            let wrong = try await ada.post("/hub/git-sites", Self.form.merging(["token": "wr0ng-t0ken"]) { $1 })
            #expect(wrong.status == .badRequest)
            #expect(wrong.text.contains("The host doesn’t take this user name and token"))
            #expect(!wrong.text.contains("wr0ng-t0ken"))
            #expect(wrong.text.contains("https://git.example.org/ada/closed"))
            #expect(try await ask(hub, server).status == .notFound)

            #expect(try await ada.post("/hub/git-sites", Self.form).location == "/hub/git-sites?done=kept")
            let page = try await ada.get("/hub/git-sites?done=kept")
            #expect(page.text.contains("<strong>https://git.example.org</strong>"))
            let record = try #require(try await hub.store.credentials.everything().first)
            #expect(record.sealed.range(of: Data("right".utf8)) == nil)

            let given = try await ask(hub, server)
            #expect(given.status == .ok)
            #expect(given.headers[.cacheControl] == "no-store")
            #expect(try given.json()["username"] as? String == "ada")
            #expect(try given.json()["password"] as? String == "right")
            #expect(try await ask(hub, other).status == .notFound)
            for (host, scheme) in [
                ("git.example.org", "http"), ("git.example.org:444", "https"), ("example.org", "https"),
                ("git.example.org.evil.org", "https"), ("x@git.example.org", "https"), ("git.example.org/x", "https"),
            ] {
                #expect(try await ask(hub, server, host: host, scheme: scheme).status != .ok, "\(scheme) \(host)")
            }
            #expect(try await ask(hub, server, host: "GIT.example.org:443").status == .ok)

            _ = try await ada.post("/hub/git-sites/remove", ["site": "https://git.example.org"])
            #expect(try await ask(hub, server).status == .notFound)
        }
    }

    @Test func `are for no other token, and not for those who come through the proxy`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/git-sites", Self.form)
            let own = try await hub.accounts.createToken(
                for: UserName(normalizing: "ada"),
                note: "",
                scopes: [],
                lifetime: nil,
            )
            #expect(try await ask(hub, own).status == .badRequest)
            #expect(try await ask(hub, "nonsense").status == .forbidden)
            let server = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            let outside = try await hub.front.execute(
                uri: "/hub/api/carrel/git-credential",
                method: .post,
                headers: .token(server),
                body: ByteBuffer(string: #"{"protocol": "https", "host": "git.example.org"}"#),
            )
            #expect(outside.status == .notFound)
        }
    }

    @Test func `are asked for again when the vault's key is gone`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/git-sites", Self.form)
            let server = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            try FileManager.default.removeItem(atPath: hub.vaultKey)
            #expect(try await ask(hub, server).status == .notFound)
            #expect(try await ada.get("/hub/git-sites").text.contains("The hub can’t read this token any more"))
            #expect(try await ada.post("/hub/git-sites", Self.form).status == .badRequest)
        }
    }

    @Test(arguments: [
        (["repository": "https://x.org/rivers"], "Everybody can read this repository"),
        (["repository": "https://x.org/none"], "The host finds no such repository"),
        (["repository": "http://x.org/closed"], "Over http:// everybody on the way"),
        (["repository": "https://a:b@x.org/closed"], "has no name or password in it"),
        (["token": ""], "A user name and a token are needed"),
        (["user": "a\nb"], "A user name and a token are needed"),
    ])
    func `are refused in words`(change: [String: String], words: String) async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let answer = try await ada.post("/hub/git-sites", Self.form.merging(change) { $1 })
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains(words))
            #expect(try await hub.store.credentials.everything().isEmpty)
        }
    }

    @Test(arguments: [
        ("https://Git.Example.org/a/b", "https://git.example.org"), ("https://x.org:443/a", "https://x.org"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000"), ("https://x.org:8443", "https://x.org:8443"),
    ])
    func `belong to scheme, host and port`(address: String, origin: String) throws {
        #expect(GitSite(try #require(WebAddress(text: address)))?.origin == origin)
    }

    @Test func `go over encrypted ways, or none`() throws {
        for (address, isPrivate) in [
            ("https://x.org", true), ("http://x.org", false), ("http://127.0.0.1:80", true),
            ("http://localhost:1", true),
            ("http://localhost.evil.org", false), ("http://127.0.0.1.evil.org", false),
        ] {
            #expect(GitSite(try #require(WebAddress(text: address)))?.isPrivate == isPrivate, "\(address)")
        }
    }
}

import Foundation
import NIOCore
import Testing

@testable import OnedataClient

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(3)))
struct TokensTests {
    @Test func `tokens are told apart when they are tried`() async throws {
        try await withStandIn { standIn in
            #expect(try await standIn.client().check() == .ok(until: nil))
            #expect(try await standIn.client("readonly").check() == .readOnly(until: nil))
            #expect(try await standIn.client("expired").check() == .expired)
            #expect(try await standIn.client("revoked").check() == .revoked)
            #expect(try await standIn.client("oneclient").check() == .limited("interface"))
            #expect(try await standIn.client("onezone").check() == .limited("service"))
            for text in ["MDAxNotOurs", "glpat-abc", "at-anna"] {
                #expect(try await standIn.client(token: try OnedataToken(text)).check() == .notAToken)
            }
            let end = Date(timeIntervalSince1970: 4_000_000_000)
            let passing = try await standIn.newToken(until: 4_000_000_000)
            #expect(try await standIn.client(token: passing).check() == .ok(until: end))
        }
    }

    @Test func `whoever is down is told`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            try await standIn.tell("stop", ["door": "cracow"])
            #expect(await client.check() == .ok(until: nil))
            try await standIn.tell("stop", ["door": "bari"])
            guard case .offline(.unreachable(.provider)) = await client.check() else {
                Issue.record("It wasn't said that the providers are down.")
                return
            }
            for name in ["cracow", "bari"] {
                try await standIn.tell("provider", ["name": .text(name), "online": false])
            }
            #expect(await client.check() == .offline(.noProvider(.offline)))
            try await standIn.tell("stop", ["door": "zone"])
            #expect(await client.check() == .offline(.unreachable(.onezone)))
        }
    }

    @Test func `a token is made from a sign-in once`() async throws {
        try await withStandIn { standIn in
            let desk = OnedataTokenDesk(standIn.settings, http: standIn.http)
            let made = try await desk.token(named: "files.example", signInToken: "at-anna")
            #expect(made.isNew)
            let found = try await desk.token(named: "files.example", signInToken: "at-anna")
            #expect((found.isNew, found.token, found.userID) == (false, made.token, made.userID))
            #expect(try await standIn.count("make-named", at: "zone") == 1)
            #expect(try await standIn.client(token: made.token).check() == .ok(until: nil))
            let ben = try await desk.token(named: "files.example", signInToken: "at-ben")
            #expect(ben.userID != made.userID)

            try await standIn.tell("revoke", ["token": .text(made.token.text)])
            let revoked = await failure { try await desk.token(named: "files.example", signInToken: "at-anna") }
            #expect(revoked == .token(.revoked))
            let unknown = await failure { try await desk.token(named: "files.example", signInToken: "no") }
            #expect(unknown == .token(.notAToken))
            let unfit = await failure { try await desk.token(named: "files.example", signInToken: "a\r\nX: y") }
            #expect(unfit == .token(.notAToken))
        }
    }

    @Test func `two sign-ins at once get the same token`() async throws {
        try await withStandIn { standIn in
            let desk = OnedataTokenDesk(standIn.settings, http: standIn.http)
            let tokens = await withTaskGroup(of: OnedataToken?.self) { group in
                for _ in 0..<8 {
                    group.addTask { try? await desk.token(named: "files.example", signInToken: "at-anna").token }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(!tokens.contains(nil))
            #expect(Set(tokens.map { $0?.text }).count == 1)
        }
    }

    @Test func `a token for reading reads, and is told so before anything is sent`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client("readonly")
            let readme = try OnedataPath("notebooks-shared/readme.txt")
            #expect(try await client.content(at: readme).bytes() == Array("Shared by all.\n".utf8))
            let spaces = try await client.spaces()
            #expect(spaces.first { $0.name == "climate" }?.access == .readOnly)
            let new = try OnedataPath("notebooks-shared/new")
            #expect(await failure { try await client.write(Pieces(data: [1]), to: new) } == .readOnly)
            #expect(await failure { try await client.write(Pieces(data: [1]), to: readme) } == .readOnly)
            #expect(await failure { try await client.makeFolder(at: new) } == .readOnly)
            #expect(await failure { try await client.removeFile(at: readme) } == .readOnly)
            #expect(await failure { try await client.move(readme, to: new) } == .readOnly)
            let changing = ["make-path", "write", "delete", "cdmi"]
            let seen = try await standIn.tell("seen", ["door": "cracow"]).list ?? []
            #expect(seen.filter { changing.contains($0) } == [])
        }
    }

    @Test func `a token that ends in the middle of a reading is told`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            try await standIn.tell("put", ["space": "climate", "path": "ten", "bytes": 10_000_000])
            let cut: [String: StandIn.Value] = [
                "kind": "cut", "door": "bari", "call": "content", "after": 5_000_000, "times": 1,
            ]
            try await standIn.tell("fault", cut)
            let content = try await client.content(at: try OnedataPath("climate/ten"))
            try await standIn.tell("expire", ["token": .text(try standIn.token().text)])
            var count = 0
            let error = await failure {
                for try await part in content { count += part.readableBytes }
            }
            #expect(error == .token(.expired))
            #expect(count <= 5_000_000)
            #expect(await client.check() == .expired)
        }
    }

    @Test func `a token that is revoked in the middle of a write leaves the old file`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let path = try OnedataPath("climate/a.nc")
            let text = try standIn.token().text
            let source = Pieces(data: sequence(100_000)) {
                try await standIn.tell("revoke", ["token": .text(text)])
            }
            let error = await failure { try await client.write(source, to: path) }
            #expect(error == .token(.revoked))
            let other = try standIn.client(token: try await standIn.newToken())
            #expect(try await other.content(at: path).bytes() == Array("CDF".utf8))
        }
    }
}

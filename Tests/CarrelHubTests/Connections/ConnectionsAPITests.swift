import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Connections by the API` {
    private static let path = "/hub/api/carrel/connections"

    private func ask(
        _ client: any TestClientProtocol,
        _ method: HTTPRequest.Method,
        _ path: String = path,
        token: String,
        body: String = "",
    ) async throws -> TestResponse {
        try await client.execute(
            uri: path,
            method: method,
            headers: .token(token),
            body: ByteBuffer(string: body),
        )
    }

    private func list(_ response: TestResponse) throws -> [[String: Any]] {
        try #require(try response.json()["connections"] as? [[String: Any]])
    }

    @Test func `are given, looked at, tried and removed with a token of one's own`() async throws {
        try await withHub(.withDataSources, probe: FakeProbe()) { hub in
            try await hub.addUser("ada")
            let token = try await hub.token(of: "ada")
            let b2drop = "\(Self.path)/b2drop"
            let body = #"{"user": "ada", "password": "right", "remember": false}"#
            let made = try await ask(hub.front, .put, b2drop, token: token, body: body)
            #expect(made.status == .created && !made.text.contains("right"))
            #expect(try made.json()["remember"] as? Bool == false)
            #expect(try await ask(hub.front, .put, b2drop, token: token, body: body).status == .ok)
            let all = try list(try await ask(hub.front, .get, token: token))
            #expect(all.map { $0["name"] as? String } == ["b2drop", "datahub"])
            #expect(all[0]["user_name"] as? String == "ada")
            #expect((all[0]["state"] as? [String: Any])?["code"] as? String == "connected")
            #expect(try await ask(hub.front, .post, b2drop + "/test", token: token).status == .ok)
            let wrong = try await ask(hub.front, .put, b2drop, token: token, body: #"{"user":"a","password":"no"}"#)
            #expect(wrong.status.code == 422)
            #expect(try wrong.json()["code"] as? String == "connection.refused")
            #expect(try await ask(hub.front, .put, "\(Self.path)/closed", token: token, body: body).status == .notFound)
            #expect(try await ask(hub.front, .delete, b2drop, token: token).status == .noContent)
            #expect(try await ask(hub.front, .delete, b2drop, token: token).status == .notFound)
            #expect(try await hub.store.credentials.everything().isEmpty)
        }
    }

    @Test func `a server sees states, and can neither see nor change what was given`() async throws {
        try await withHub(.withDataSources, probe: FakeProbe()) { hub in
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/connections/b2drop", ["user": "ada", "secret": "right"])
            let server = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            let answer = try await ask(hub.back, .get, token: server)
            #expect(answer.status == .ok && !answer.text.contains("right"))
            #expect(try list(answer)[0]["user_name"] == nil)
            for (method, path) in [
                (HTTPRequest.Method.put, "/b2drop"), (.delete, "/b2drop"), (.post, "/b2drop/test"),
            ] {
                let body = #"{"user": "ada", "password": "right"}"#
                let refused = try await ask(hub.back, method, Self.path + path, token: server, body: body)
                #expect([.forbidden, .notFound].contains(refused.status), "\(method)")
            }
            #expect(try await hub.kept("b2drop") != nil)
        }
    }

    @Test func `a token without rights for servers sees nothing`() async throws {
        try await withHub(.withDataSources, probe: FakeProbe()) { hub in
            try await hub.addUser("ada")
            let token = try await hub.token(of: "ada", scopes: ["read:users!user"])
            #expect(try await ask(hub.front, .get, token: token).status == .forbidden)
            #expect(try await ask(hub.front, .delete, "\(Self.path)/b2drop", token: token).status == .forbidden)
        }
    }
}

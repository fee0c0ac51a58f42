import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CarrelHub

@Suite struct `Servers in the API` {
    @Test(arguments: ["/hub/api/users/ada/server", "/hub/api/users/ada/servers/", "/hub/api/users/ada/servers/gpu"])
    func `start is 201 when it is ready, stop is 204 when it is stopped, both twice are told apart`(path: String)
        async throws
    {
        try await withHub { hub in
            try await hub.addUser("ada")
            let (browser, token) = (hub.browser(), HTTPFields.token(try await hub.token(of: "ada")))
            let started = try await browser.send(.post, path, token)
            #expect(started.status == .created)
            #expect(started.body.readableBytes == 0)
            let again = try await browser.send(.post, path, token)
            #expect(again.status == .badRequest)
            #expect(again.message?.contains("already running") == true)
            let shown = try await browser.get(path, token).json()
            #expect(shown["ready"] as? Bool == true)
            #expect(try await browser.send(.delete, path, token).status == .noContent)
            #expect(try await browser.send(.delete, path, token).status == .noContent)
            #expect(try await browser.get(path, token).json()["stopped"] as? Bool == true)
            #expect(await hub.spawner.running.isEmpty)
        }
    }

    @Test func `a start that comes to nothing is 500 with the reason`() async throws {
        let why = SpawnError.programNotFound(path: "/x/python")
        try await withHub(spawner: FakeSpawner(otherwise: .refused(why))) { hub in
            try await hub.addUser("ada")
            let response = try await hub.browser().send(
                .post,
                "/hub/api/users/ada/server",
                .token(hub.token(of: "ada"))
            )
            #expect(response.status == .internalServerError)
            #expect(response.message == why.message)
        }
    }

    @Test func `the default server is always there to be stopped, a named one isn't`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let token = HTTPFields.token(try await hub.token(of: "ada"))
            #expect(try await hub.browser().send(.delete, "/hub/api/users/ada/server", token).status == .noContent)
            #expect(try await hub.browser().send(.delete, "/hub/api/users/ada/servers/gpu", token).status == .notFound)
            #expect(try await hub.browser().get("/hub/api/users/ada/servers/gpu", token).status == .notFound)
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .post, .delete])
    func `somebody else's server is as if it weren't there`(method: HTTPRequest.Method) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("bob")
            try await hub.run(.of("bob"))
            let response = try await hub.browser().send(
                method,
                "/hub/api/users/bob/server",
                .token(hub.token(of: "ada"))
            )
            #expect(response.status == .notFound)
            #expect(await hub.spawner.running == ["bob"])
        }
    }

    @Test func `a server's own token can't start or stop servers`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let token = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            for method in [HTTPRequest.Method.get, .post, .delete] {
                let response = try await hub.back.execute(
                    uri: "/hub/api/users/ada/server",
                    method: method,
                    headers: .token(token)
                )
                #expect(response.status == .forbidden)
            }
        }
    }

    // MARK: Progress

    @Test func `the progress of a start is told byte for byte as JupyterHub does`() async throws {
        try await withHub(spawner: FakeSpawner(otherwise: .slowToAnswer)) { hub in
            try await hub.addUser("ada")
            let token = HTTPFields.token(try await hub.token(of: "ada"))
            try await hub.servers.desk.start(.of("ada"))
            async let watched = hub.browser().get("/hub/api/users/ada/server/progress", token)
            try await eventually("it runs") { await hub.spawner.running == ["ada"] }
            await hub.spawner.release("ada")
            let response = try await watched
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(response.headers[.cacheControl] == "no-cache")
            #expect(response.headers[try #require(HTTPField.Name("X-Accel-Buffering"))] == "no")
            // A start that takes seconds has empty events in between, which keep the connection open (reference 2.5).
            #expect(
                response.text.replacing(#/\n{3,}/#, with: "\n\n") == """
                    data: {"message":"Server requested","progress":0}

                    data: {"message":"Preparing your home","progress":15}

                    data: {"message":"Preparing your server","progress":25}

                    data: {"message":"Building its sandbox","progress":30}

                    data: {"message":"Its program is running","progress":40}

                    data: {"message":"Waiting for JupyterLab to answer","progress":60}

                    data: {"html_message":"Server ready at <a href=\\"/user/ada/\\">/user/ada/</a>",\
                    "message":"Server ready at /user/ada/","progress":100,"ready":true,"url":"/user/ada/"}


                    """
            )
        }
    }

    @Test func `a ready server has its last event only, a failed one says so, a stopped one isn't starting`()
        async throws
    {
        try await withHub { hub in
            try await hub.addUser("ada")
            let token = HTTPFields.token(try await hub.token(of: "ada"))
            let path = "/hub/api/users/ada/server/progress"
            #expect(try await hub.browser().get(path, token).status == .notFound)
            try await hub.run(.of("ada"))
            let ready = try await hub.browser().get(path, token).text
            #expect(ready.components(separatedBy: "data: ").count == 2)
            #expect(ready.contains(#""ready":true"#))
            try await hub.servers.desk.stop(.of("ada"))
            try await hub.servers.reaches(.stopped, .of("ada"))
            let stopped = try await hub.browser().get(path, token)
            #expect(stopped.status == .badRequest)
            #expect(stopped.message == "ada is not starting...")
            await hub.spawner.set(.diesEarly(code: 2), for: "ada")
            try await hub.servers.desk.start(.of("ada"))
            try await eventually("it failed") { try await hub.servers.row(.of("ada"))?.failure != nil }
            let failed = try await hub.browser().get(path, token).text
            #expect(
                failed.hasPrefix(
                    #"data: {"failed":true,"message":"Spawn failed: The server's program ended with code 2.""#
                )
            )
            #expect(failed.hasSuffix("}\n\n"))
        }
    }

    @Test func `a browser's stream shows its value in the query`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            let fields: HTTPFields = [.secFetchMode: "cors", .accept: "text/event-stream"]
            let path = "/hub/api/users/ada/server/progress"
            #expect(try await browser.get(path, fields).status == .forbidden)
            #expect(try await browser.get("\(path)?_xsrf=\(browser.xsrf)", fields).status == .ok)
        }
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CarrelHub

@Suite struct `Errors, headers and addresses of the hub` {
    @Test func `every error page says what happened, what to do, and its id`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            for _ in 0..<6 { _ = try await hub.browser().signIn("x", "wrong password") }
            let pages = [
                (try await browser.get("/hub/nothing/here"), 404, "There is no page at /hub/nothing/here."),
                (try await browser.get("/hub/spawn/bob"), 404, "No access to resources or resources not found"),
                (try await browser.post("/hub/stop/ada", xsrf: "0"), 403, "_xsrf"),
                (try await hub.browser().signIn("x", "wrong password"), 429, "Too many"),
            ]
            for (response, status, words) in pages {
                #expect(response.status.code == status)
                #expect(response.headers[.contentType] == "text/html; charset=utf-8")
                let id = try #require(response.headers[.requestID])
                if status != 429 {
                    #expect(response.text.contains(words), "\(status)")
                    #expect(response.text.contains(id), "\(status)")
                }
            }
        }
    }

    @Test func `a mistake of the hub is a page with an id and without its details, for programs JSON`() async throws {
        struct Mishap: Error { let secret = "SECRET" }
        let pages = PageResponder(
            renderer: try PageRenderer(),
            announcement: { "" },
            hubName: { "Carrel" },
            now: { noon }
        )
        let router = Router(context: HubContext.self)
        let renderer = ErrorResponse(pages: pages)
        router.add(middleware: FrontDoor(side: .proxy, renderer: renderer, outside: { FrontDoor.Outside() }))
        for path in ["hub/home", "hub/api/user"] {
            router.get(RouterPath(path)) { _, _ -> Response in throw Mishap() }
        }
        try await Application(router: router, logger: .quiet).test(.router) { client in
            let fields: HTTPFields = [.accept: "text/html", .requestID: "abc-123"]
            let page = try await client.execute(uri: "/hub/home", method: .get, headers: fields)
            #expect(page.status == .internalServerError)
            #expect(page.text.contains("abc-123"))
            #expect(page.text.contains("The hub made a mistake."))
            #expect(!page.text.contains("SECRET") && !page.text.contains("Mishap"))
            let json = try await client.execute(uri: "/hub/api/user", method: .get)
            #expect(json.status == .internalServerError)
            #expect(json.message == "The hub made a mistake.")
            #expect(try json.json()["code"] as? String == "hub.unexpected")
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/hub/api/nothing", 404), (.put, "/hub/api/user", 404),
        (.get, "/hub/api/users/ada/nothing", 404),
    ])
    func `programs get errors as JSON with JupyterHub's keys`(
        method: HTTPRequest.Method,
        path: String,
        status: Int,
    ) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let response = try await hub.browser().send(method, path, .token(hub.token(of: "ada")))
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/json")
            let body = try response.json()
            #expect(body["status"] as? Int == status)
            #expect(body["message"] is String)
        }
    }

    @Test(arguments: [
        ("/hub/login", 200), ("/hub/nothing", 404), ("/hub/api", 200), ("/hub/api/user", 403), ("/", 302),
        ("/elsewhere", 302),
        ("/hub/static/carrel.css", 200), ("/hub/health", 200), ("/hub/user/ada/lab", 302),
    ])
    func `every answer has the headers that keep it where it belongs`(path: String, status: Int) async throws {
        try await withHub { hub in
            let response = try await hub.browser().get(path, [.requestID: "id-1"])
            #expect(response.status.code == status)
            #expect(response.headers[.jupyterHubVersion] == "6.1.1")
            #expect(response.headers[.requestID] == "id-1")
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.referrerPolicy] == "same-origin")
            #expect(response.headers[.cacheControl] == (path.contains("static") ? "public, no-cache" : "no-store"))
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(policy.hasPrefix(path.hasPrefix("/hub/api") ? "default-src 'none'" : "default-src 'self'"))
        }
    }

    @Test(arguments: [
        ("/", "/hub/"), ("/elsewhere/a?b=c", "/hub/elsewhere/a?b=c"), ("/user/ada", "/hub/user/ada"),
        ("/user/ada/lab/tree/x%20y.ipynb?a=%2F", "/hub/user/ada/lab/tree/x%20y.ipynb?a=%2F"),
        ("//evil.example/x", "/hub//evil.example/x"),
    ])
    func `what no server has goes to the hub's page about it, whole`(path: String, target: String) async throws {
        try await withHub { hub in
            for method in [HTTPRequest.Method.get, .post, .delete] where path != "/" || method == .get {
                let response = try await hub.browser().send(method, path)
                if method == .get { #expect(response.status == .found) }
                if response.status == .found { #expect(response.location == target) }
            }
        }
    }

    @Test func `the front page leads to the server when it runs, else home`() async throws {
        try await withHub { hub in
            #expect(try await hub.browser().get("/hub/").location == "/hub/login?next=/hub/")
            let browser = try await hub.browser(of: "ada")
            #expect(try await browser.get("/hub/").location == "/hub/home")
            // Without the slash no cookie is sent: asked to sign in there, one would go round for ever.
            #expect(try await browser.get("/hub").location == "/hub/")
            #expect(try await hub.browser().get("/hub").location == "/hub/")
            try await hub.run(.of("ada"))
            #expect(try await browser.get("/hub/").location == "/user/ada/")
        }
    }

    @Test(arguments: [400, 404, 429, 502, 503, 504])
    func `the proxy gets a page for a status, sent as 200 because it puts the real one itself`(status: Int) async throws
    {
        try await withHub { hub in
            let response = try await hub.browser().get("/hub/error/\(status)?url=%2Fuser%2Fada%2Flab%3Fa%3D1")
            #expect(response.status == .ok)
            #expect(response.text.contains("\(status)"))
            let retry = #"href="/user/ada/lab?a&#x3D;1""#
            let offersRetry = response.text.contains("/user/ada/lab?a")
            #expect(offersRetry == [429, 502, 503, 504].contains(status), "\(retry)")
            #expect(response.headers[.setCookie] == nil)
        }
    }

    @Test(arguments: ["/hub/error/200", "/hub/error/999", "/hub/error/x", "/hub/error/-404", "/hub/error/503x"])
    func `only errors have such a page`(path: String) async throws {
        try await withHub { hub in
            let response = try await hub.browser().get(path)
            #expect(response.status == .notFound)
        }
    }

    @Test func `an error page offers no way to another host`() async throws {
        try await withHub { hub in
            let response = try await hub.browser().get(
                "/hub/error/503?url=https%3A%2F%2Fevil.example%2F%22%3E%3Cscript%3E"
            )
            #expect(!response.text.contains("<script>"))
            #expect(!response.text.contains(#"href="https://evil.example"#))
        }
    }

    @Test func `assets are told by their tag, and kept for ever under their version`() async throws {
        try await withHub { hub in
            let browser = hub.browser()
            let plain = try await browser.get("/hub/static/carrel.css")
            let tag = try #require(plain.headers[.eTag])
            #expect(plain.headers[.contentType] == "text/css; charset=utf-8")
            #expect(plain.headers[.setCookie] == nil)
            let version = tag.dropFirst().prefix { $0 != "-" }
            let versioned = try await browser.get("/hub/static/carrel.css?v=\(version)")
            #expect(versioned.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(try await browser.get("/hub/static/carrel.css?v=old").headers[.cacheControl] == "public, no-cache")
            let known = try await browser.get("/hub/static/carrel.css", [.ifNoneMatch: "\"x\", W/\(tag)"])
            #expect(known.status == .notModified)
            #expect(known.body.readableBytes == 0)
            #expect(known.headers[.eTag] == tag)
            #expect(try await browser.get("/hub/static/carrel.css", [.ifNoneMatch: "\"x\""]).status == .ok)
            for picture in ["logo", "badge.svg", "badge_logo.svg"] {
                #expect(try await browser.get("/hub/\(picture)").headers[.contentType] == "image/svg+xml")
            }
            for path in ["/hub/static/layout.mustache", "/hub/static/..%2Fcarrel.css", "/hub/static/"] {
                #expect(try await browser.get(path).status == .notFound, "\(path)")
            }
        }
    }

    @Test func `the hub says that it lives, and which contract it keeps`() async throws {
        try await withHub { hub in
            #expect(try await hub.browser().send(.head, "/hub/health").status == .ok)
            for path in ["/hub/api", "/hub/api/"] {
                let response = try await hub.browser().get(path)
                #expect(try response.json()["version"] as? String == "6.1.1")
                #expect(response.headers[.accessControlAllowOrigin] == "*")
            }
        }
    }

    @Test func `the servers' side serves the API alone and believes nothing about where one comes from`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let order = try await hub.run(.of("ada"))
            let token = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            for path in [
                "/", "/hub/", "/hub/login", "/hub/home", "/hub/static/carrel.css", "/user/ada/", "/hub/error/503",
            ] {
                let response = try await hub.back.execute(uri: path, method: .get)
                #expect(response.status == .notFound, "\(path)")
            }
            var headers = HTTPFields.token(token)
            headers[.forwardedProto] = "https"
            headers[.forwardedFor] = "203.0.113.9"
            headers[.requestID] = "chosen by a user"
            let response = try await hub.back.execute(uri: "/hub/api/user", method: .get, headers: headers)
            #expect(response.status == .ok)
            #expect(response.headers[.requestID] != "chosen by a user")
            #expect(response.headers[.setCookie] == nil)
            #expect(try await hub.back.execute(uri: "/hub/api", method: .get).status == .ok)
        }
    }

    @Test(arguments: [
        ("10.0.0.1, 203.0.113.9", "203.0.113.9"), ("evil, 2001:db8::1", "2001:db8::1"), ("rubbish", ""), ("", ""),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ])
    func `the client's address is the last that the proxy wrote`(forwarded: String, address: String) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = hub.browser(address: forwarded)
            #expect(try await browser.signIn("ada", HubFixture.password).status == .found)
            #expect(try await hub.store.sessions.all(ofUser: 1, now: noon).first?.address == address)
        }
    }

    @Test func `a form that is too large is refused`() async throws {
        try await withHub { hub in
            let browser = hub.browser()
            _ = try await browser.get("/hub/login")
            let response = try await browser.post("/hub/login", ["username": String(repeating: "a", count: 300_000)])
            #expect(response.status == .badRequest || response.status == .contentTooLarge)
        }
    }
}

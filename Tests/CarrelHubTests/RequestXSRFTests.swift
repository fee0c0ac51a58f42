import CarrelModel
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

/// A request by cookie, and whether it is let through.
struct XSRFRow: CustomTestStringConvertible, Sendable {
    var method = HTTPRequest.Method.get
    let path: String
    var fields: [String: String] = [:]
    /// What it shows: nothing, the right value, or a wrong one.
    var shows: Shown = .nothing
    let status: HTTPResponse.Status

    enum Shown: String, Sendable { case nothing, right, wrong, inQuery }

    var testDescription: String { "\(method) \(path) \(fields) showing \(shows.rawValue)" }
}

@Suite struct `Requests that another page made` {
    @Test func `the sign-in form itself needs its value`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = hub.browser()
            _ = try await browser.get("/hub/login")
            let fields = ["username": "ada", "password": HubFixture.password]
            for wrong in ["", "0", String(repeating: "0", count: 64)] {
                let response = try await browser.post("/hub/login", fields, xsrf: wrong)
                #expect(response.status == .forbidden)
                #expect(!browser.cookies.contains { $0.name == "jupyterhub-hub-login" })
            }
            // Somebody else's value, of another browser.
            let other = hub.browser()
            _ = try await other.get("/hub/login")
            #expect(try await browser.post("/hub/login", fields, xsrf: other.xsrf).status == .forbidden)
            #expect(try await browser.post("/hub/login", fields).status == .found)
        }
    }

    @Test func `the value of before is worth nothing after signing in`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = hub.browser()
            _ = try await browser.get("/hub/login")
            let before = browser.xsrf
            _ = try await browser.signIn("ada", HubFixture.password)
            #expect(browser.xsrf != before)
            #expect(try await browser.post("/hub/spawn/ada", xsrf: before).status == .forbidden)
            #expect(try await browser.post("/hub/spawn/ada").status == .seeOther)
        }
    }

    @Test(arguments: [
        XSRFRow(path: "/hub/api/user", status: .ok),
        XSRFRow(path: "/hub/api/user", fields: ["Sec-Fetch-Mode": "navigate"], status: .ok),
        XSRFRow(path: "/hub/api/user", fields: ["Sec-Fetch-Mode": "cors"], status: .forbidden),
        XSRFRow(path: "/hub/api/user", fields: ["Sec-Fetch-Mode": "cors"], shows: .right, status: .ok),
        XSRFRow(path: "/hub/api/user", fields: ["Sec-Fetch-Mode": "cors"], shows: .inQuery, status: .ok),
        XSRFRow(path: "/hub/api/user", fields: ["Sec-Fetch-Mode": "cors"], shows: .wrong, status: .forbidden),
        XSRFRow(
            path: "/hub/api/user",
            fields: ["Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"],
            status: .ok
        ),
        // A script reads what it gets of its own origin.
        XSRFRow(
            path: "/hub/api/user",
            fields: ["Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"],
            status: .forbidden
        ),
        XSRFRow(
            path: "/hub/api/user",
            fields: ["Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site"],
            status: .forbidden
        ),
        XSRFRow(method: .delete, path: "/hub/api/users/ada/server", status: .forbidden),
        XSRFRow(method: .delete, path: "/hub/api/users/ada/server", shows: .right, status: .noContent),
        XSRFRow(method: .post, path: "/hub/stop/ada", status: .forbidden),
        XSRFRow(
            method: .post,
            path: "/hub/stop/ada",
            fields: ["Origin": "http://evil.example"],
            shows: .right,
            status: .forbidden
        ),
        XSRFRow(
            method: .post,
            path: "/hub/stop/ada",
            fields: ["Origin": "http://localhost"],
            shows: .right,
            status: .seeOther
        ),
        XSRFRow(method: .post, path: "/hub/stop/ada", fields: ["Origin": "null"], shows: .right, status: .forbidden),
        XSRFRow(
            method: .post,
            path: "/hub/api/users/ada/activity",
            fields: ["Content-Type": "text/plain"],
            shows: .right,
            status: .forbidden
        ),
        // An image on somebody's page presses no button.
        XSRFRow(
            path: "/hub/spawn/ada",
            fields: ["Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"],
            status: .forbidden
        ),
        XSRFRow(
            path: "/hub/spawn/ada",
            fields: ["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"],
            status: .forbidden
        ),
        XSRFRow(
            path: "/hub/spawn/ada",
            fields: ["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"],
            status: .found
        ),
        XSRFRow(path: "/hub/logout", fields: ["Sec-Fetch-Mode": "no-cors"], status: .forbidden),
        XSRFRow(path: "/hub/home", fields: ["Sec-Fetch-Mode": "same-origin"], status: .forbidden),
    ])
    func `by cookie only what the hub's own pages send is done`(row: XSRFRow) async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            var headers: HTTPFields = [:]
            for (name, value) in row.fields { headers[try #require(HTTPField.Name(name))] = value }
            var path = row.path
            switch row.shows {
            case .nothing: break
            case .right: headers[.xsrfToken] = browser.xsrf
            case .wrong: headers[.xsrfToken] = String(browser.xsrf.reversed())
            case .inQuery: path += "?_xsrf=\(browser.xsrf)"
            }
            let response = try await browser.send(row.method, path, headers)
            #expect(response.status == row.status, "\(response.text.prefix(200))")
        }
    }

    @Test func `a script is told what is missing`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.send(.delete, "/hub/api/users/ada/server")
            #expect(response.message == "'_xsrf' argument missing from DELETE")
        }
    }

    @Test func `a token needs no value, and nobody at all is told to bring credentials`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let token = try await hub.token(of: "ada")
            #expect(
                try await hub.browser().send(.delete, "/hub/api/users/ada/server", .token(token)).status == .noContent
            )
            let nobody = try await hub.browser().send(.delete, "/hub/api/users/ada/server")
            #expect(nobody.status == .forbidden)
            #expect(nobody.message == "Missing or invalid credentials.")
        }
    }

    @Test func `a wrong token isn't made good by a cookie`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            var headers = HTTPFields.token("0123456789abcdef0123456789abcdef")
            headers[.xsrfToken] = browser.xsrf
            #expect(try await browser.get("/hub/api/user", headers).message == "Missing or invalid credentials.")
        }
    }

    @Test func `a cookie that somebody planted is passed over for the one that is real`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let real = try #require(browser.cookies.first { $0.name == "jupyterhub-hub-login" }).value
            let planted = "jupyterhub-hub-login=planted; jupyterhub-hub-login=\(real)"
            #expect(try await browser.get("/hub/home", [.cookie: planted]).status == .ok)
        }
    }
}

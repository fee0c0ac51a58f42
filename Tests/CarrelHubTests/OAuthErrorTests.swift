import CarrelModel
import CarrelSpawn
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

/// A wrong request to authorize: a page without redirect, or an error that the client gets.
struct AuthorizeRow: CustomTestStringConvertible, Sendable {
    let name: String
    let value: String?
    /// What the page says.
    var page: String?
    /// The `error` that the client gets.
    var error: String?

    var testDescription: String { "\(name)=\(value ?? "nothing")" }
}

/// A wrong exchange and its answer.
struct ExchangeRow: CustomTestStringConvertible, Sendable {
    let changes: [String: String?]
    let status: Int
    let error: String
    var message: String?

    var testDescription: String { "\(changes)" }
}

@Suite struct `OAuth requests that are wrong` {
    @Test(arguments: [
        AuthorizeRow(name: "client_id", value: "jupyterhub-user-nobody", page: "Invalid client_id parameter value."),
        AuthorizeRow(name: "client_id", value: nil, page: "Missing client_id parameter."),
        AuthorizeRow(name: "redirect_uri", value: "/user/ada/oauth_callback2", page: "Mismatching redirect URI."),
        AuthorizeRow(name: "redirect_uri", value: "https://evil.example/", page: "Mismatching redirect URI."),
        AuthorizeRow(name: "redirect_uri", value: "/user/bob/oauth_callback", page: "Mismatching redirect URI."),
        AuthorizeRow(name: "response_type", value: "token", error: "unsupported_response_type"),
        AuthorizeRow(name: "response_type", value: nil, error: "invalid_request"),
        AuthorizeRow(name: "scope", value: "nonsense", error: "invalid_scope"),
        AuthorizeRow(name: "scope", value: "admin:users", error: "invalid_scope"),
        AuthorizeRow(name: "scope", value: "inherit", error: "invalid_scope"),
        AuthorizeRow(name: "code_challenge_method", value: "S512", error: "invalid_request"),
        AuthorizeRow(name: "code_challenge", value: "short", error: "invalid_request"),
    ])
    func `authorize never redirects to an address that isn't the client's`(row: AuthorizeRow) async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.get(server.authorizeURL([row.name: row.value]))
            if let page = row.page {
                #expect(response.status == .badRequest)
                #expect(response.location == nil)
                #expect(response.text.contains(page))
            } else {
                #expect(response.status == .found)
                #expect(response.location?.hasPrefix("/user/ada/oauth_callback?") == true)
                #expect(response.redirected("error") == row.error)
                #expect(response.redirected("state") == "st/ate&1")
                #expect(response.redirected("code") == nil)
            }
        }
    }

    @Test(arguments: [
        ExchangeRow(changes: ["code": "0123456789abcdef0123456789abcdef"], status: 400, error: "invalid_grant"),
        ExchangeRow(changes: ["code": nil], status: 400, error: "invalid_request", message: "Missing code parameter."),
        ExchangeRow(
            changes: ["client_secret": "0123456789abcdef0123456789abcdef"],
            status: 401,
            error: "invalid_client"
        ),
        ExchangeRow(changes: ["client_secret": nil], status: 401, error: "invalid_client"),
        ExchangeRow(changes: ["client_id": "jupyterhub-user-nobody"], status: 401, error: "invalid_client"),
        ExchangeRow(changes: ["client_id": nil], status: 401, error: "invalid_client"),
        ExchangeRow(
            changes: ["redirect_uri": "/user/ada/other"],
            status: 400,
            error: "invalid_request",
            message: "Mismatching redirect URI."
        ),
        ExchangeRow(
            changes: ["code_verifier": nil],
            status: 400,
            error: "invalid_request",
            message: "Code verifier required."
        ),
        ExchangeRow(
            changes: ["code_verifier": "verifier-verifier-verifier-verifier-verifier-2"],
            status: 400,
            error: "invalid_grant"
        ),
        ExchangeRow(changes: ["grant_type": "password"], status: 400, error: "unsupported_grant_type"),
        ExchangeRow(changes: ["grant_type": "client_credentials"], status: 400, error: "unsupported_grant_type"),
        ExchangeRow(changes: ["grant_type": nil], status: 400, error: "unsupported_grant_type"),
        ExchangeRow(
            changes: ["grant_type": "refresh_token", "refresh_token": "x"],
            status: 400,
            error: "unauthorized_client"
        ),
    ])
    func `a wrong exchange is answered in JSON, and the right one afterwards still works`(row: ExchangeRow) async throws
    {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let code = try await server.code(hub.browser(of: "ada"))
            let response = try await server.exchange(code, row.changes)
            #expect(response.status.code == row.status)
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.headers[.cacheControl] == "no-store")
            let body = try response.json()
            #expect(body["error"] as? String == row.error)
            if let message = row.message { #expect(body["error_description"] as? String == message) }
            #expect(body["access_token"] == nil)
            #expect(try await server.exchange(code).status == .ok)
        }
    }

    @Test func `one server can't use another's code`() async throws {
        try await withHub { hub in
            let ada = try await OAuthPlayer(hub)
            let gpu = try #require(try await hub.run(.of("ada", "gpu")).variables["JUPYTERHUB_API_TOKEN"])
            let code = try await ada.code(hub.browser(of: "ada"))
            let response = try await ada.exchange(code, ["client_id": "jupyterhub-user-ada-gpu", "client_secret": gpu])
            #expect(response.status == .badRequest)
            #expect(try response.json()["error"] as? String == "invalid_grant")
        }
    }

    @Test func `a parameter that comes twice is refused`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.get(server.authorizeURL() + "&redirect_uri=https%3A%2F%2Fevil.example")
            #expect(response.status == .badRequest)
            #expect(response.location == nil)
        }
    }

    @Test func `a token is no browser: it gets no code`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let response = try await hub.browser().get(server.authorizeURL(), .token(hub.token(of: "ada")))
            #expect(response.location?.contains("code=") != true)
        }
    }
}

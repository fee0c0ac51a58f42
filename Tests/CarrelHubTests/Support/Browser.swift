import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import CarrelHub

/// A person's browser: keeps cookies by name and path, sends forms with their `_xsrf`, follows nothing by itself.
final class Browser: Sendable {
    /// A cookie as it was set.
    struct Kept: Equatable, Sendable {
        let name: String
        let value: String
        let path: String
        /// The other attributes, in lower case, sorted.
        let attributes: [String]
    }

    private let client: any TestClientProtocol
    private let address: String
    private let agent: String
    private let jar = Mutex<[Kept]>([])

    init(client: any TestClientProtocol, address: String, agent: String) {
        (self.client, self.address, self.agent) = (client, address, agent)
    }

    /// All cookies it has.
    var cookies: [Kept] { jar.withLock { $0 } }

    /// What a form of this browser must send back.
    var xsrf: String { cookies.first { $0.name == "_xsrf" }?.value ?? "" }

    func get(_ path: String, _ headers: HTTPFields = [.accept: "text/html"]) async throws -> TestResponse {
        try await send(.get, path, headers)
    }

    /// Sends a form with this browser's `_xsrf`.
    func post(
        _ path: String,
        _ fields: [String: String] = [:],
        xsrf: String? = nil,
        headers: HTTPFields = [.accept: "text/html"],
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        let fields = fields.merging(["_xsrf": xsrf ?? self.xsrf]) { given, _ in given }
        return try await send(.post, path, headers, body: Self.form(fields))
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ headers: HTTPFields = [:],
        body: String? = nil,
    ) async throws -> TestResponse {
        var headers = headers
        headers[.userAgent] = agent
        if headers[.forwardedFor] == nil { headers[.forwardedFor] = address }
        let sent = cookies.filter { path.hasPrefix($0.path) }.map { "\($0.name)=\($0.value)" }
        if !sent.isEmpty, headers[.cookie] == nil { headers[.cookie] = sent.joined(separator: "; ") }
        let response = try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) },
        )
        for field in response.headers[values: .setCookie] { keep(field) }
        return response
    }

    /// Loads the sign-in page and sends its form.
    func signIn(_ name: String, _ password: String, next: String? = nil) async throws -> TestResponse {
        if xsrf.isEmpty { _ = try await get("/hub/login") }
        var fields = ["username": name, "password": password]
        fields["next"] = next
        return try await post("/hub/login", fields)
    }

    private func keep(_ field: String) {
        let parts = field.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let pair = parts.first?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) else {
            return
        }
        let attributes = parts.dropFirst().map { $0.lowercased() }
        let path = parts.first { $0.lowercased().hasPrefix("path=") }.map { String($0.dropFirst(5)) } ?? "/"
        let cookie = Kept(
            name: String(pair[0]),
            value: pair.count > 1 ? String(pair[1]) : "",
            path: path,
            attributes: attributes.filter { !$0.hasPrefix("path=") }.sorted(),
        )
        jar.withLock { jar in
            jar.removeAll { $0.name == cookie.name && $0.path == cookie.path }
            if !attributes.contains("max-age=0") { jar.append(cookie) }
        }
    }

    static func form(_ fields: [String: String]) -> String {
        fields.sorted { $0.key < $1.key }.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    var location: String? { headers[.location] }

    /// The value of a parameter in the address that it redirects to.
    func redirected(_ name: String) -> String? {
        location.flatMap { URLComponents(string: $0) }?.queryItems?.first { $0.name == name }?.value
    }

    /// The body as a JSON object.
    func json() throws -> [String: any Sendable] {
        let object = try JSONSerialization.jsonObject(with: Data(body.readableBytesView))
        return try #require(object as? [String: any Sendable])
    }

    /// The `message` of an error answer.
    var message: String? { (try? json())?["message"] as? String }
}

extension HTTPFields {
    /// What a program sends that has a token.
    static func token(_ token: String) -> HTTPFields { [.authorization: "token \(token)"] }
}

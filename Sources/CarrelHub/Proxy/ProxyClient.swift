import AsyncHTTPClient
import CarrelAuth
import CarrelModel
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Speaks configurable-http-proxy's control API (reference 4.1) over a private socket.
struct ProxyClient: Sendable {
    /// One route as the proxy knows it.
    struct Route: Codable, Equatable, Sendable {
        var target: String
        /// When it last carried data.
        var lastActivity: String?
        /// Open tunnels (websockets); only Carrel's own proxy tells.
        var connections: Int?

        enum CodingKeys: String, CodingKey {
            case target, connections
            case lastActivity = "last_activity"
        }
    }

    let http: HTTPClient
    let socket: String
    let token: Secret
    /// The longest that one call may take.
    var deadline: TimeAmount = .seconds(5)

    /// All routes by path, without a trailing slash.
    func routes() async throws -> [String: Route] {
        let response = try await send("GET", "")
        let body = try await response.body.collect(upTo: 16 * 1024 * 1024)
        return try JSONDecoder().decode([String: Route].self, from: body)
    }

    /// What is told of a route to a server.
    struct Entry: Codable, Equatable, Sendable {
        var target: String
        var user: String
        var serverName: String
        /// Whether the server may speak for its own prefix only; Carrel's own proxy sees to that.
        var shield = true

        enum CodingKeys: String, CodingKey {
            case target, user, shield
            case serverName = "server_name"
        }
    }

    /// Adds or replaces a route.
    func add(path: String, _ entry: Entry) async throws {
        _ = try await send("POST", path, body: JSONEncoder().encode(entry))
    }

    /// Removes a route; one that isn't there is no error.
    func remove(path: String) async throws {
        _ = try await send("DELETE", path, allowed: [.notFound])
    }

    private func send(
        _ method: String,
        _ path: String,
        body: Data? = nil,
        allowed: [HTTPResponseStatus] = [],
    ) async throws -> HTTPClientResponse {
        let host = ServerVariables.host(socket)
        var request = HTTPClientRequest(url: "http+unix://\(host)/api/routes\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "token \(token.reveal())")
        request.headers.add(name: "Host", value: "localhost")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body))
        }
        let response = try await http.execute(request, timeout: deadline)
        guard (200..<300).contains(response.status.code) || allowed.contains(response.status) else {
            throw HubError.proxyFailed(reason: "it answered \(response.status.code) to \(method) \(path)")
        }
        return response
    }
}

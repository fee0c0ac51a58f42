#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// configurable-http-proxy's control API (version 5.3.0), which any JupyterHub knows how to speak.
///
/// Pure but for the table it is given: a request goes in, an answer comes out.
struct ControlAPI: Sendable {
    /// What the API looks at in a request.
    struct Request: Equatable, Sendable {
        var method: String
        /// Path and query, percent-encoded.
        var target: String
        var authorization: String?
        var body: [UInt8] = []
    }

    /// Asked for in `Authorization: token …`; empty asks for nothing.
    let token: String

    func respond(to request: Request, table: inout RouteTable, now: Int64) -> LocalAnswer {
        guard isAuthorized(request.authorization) else { return Self.failure(403, "A valid token is needed.") }
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? ""
        guard path == "/api/routes" || path.hasPrefix("/api/routes/") else {
            return Self.failure(404, "There is nothing at this address.")
        }
        let route = String(path.dropFirst("/api/routes".count))
        switch request.method {
        case "GET", "HEAD":
            return route.isEmpty || route == "/"
                ? list(table, query: parts.count > 1 ? parts[1] : "") : show(route, table)
        case "POST": return add(route, body: request.body, to: &table, now: now)
        case "DELETE":
            return table.remove(path: route) ? LocalAnswer(status: 204) : Self.failure(404, "No such route.")
        default:
            var answer = Self.failure(405, "This method is not allowed here.")
            answer.fields.append("Allow: GET, POST, DELETE")
            return answer
        }
    }

    /// Compares in a time that tells nothing about where the difference is.
    private func isAuthorized(_ authorization: String?) -> Bool {
        guard !token.isEmpty else { return true }
        guard let authorization else { return false }
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "token" else { return false }
        let shown = Array(parts[1].utf8)
        let expected = Array(token.utf8)
        var difference: UInt8 = shown.count == expected.count ? 0 : 1
        for index in expected.indices {
            difference |= expected[index] ^ (index < shown.count ? shown[index] : 0)
        }
        return difference == 0
    }

    private func list(_ table: RouteTable, query: Substring) -> LocalAnswer {
        var limit: Int64?
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0] == "inactive_since" || parts[0] == "inactiveSince" else { continue }
            let text = parts.count > 1 ? PercentCoding.decode(parts[1].utf8) : nil
            guard let date = ISODate.read(text.map { $0.replacing("+", with: " ") } ?? "") else {
                return Self.failure(400, "Invalid datetime stamp.")
            }
            limit = date
        }
        var routes: [String: JSONValue] = [:]
        for route in table.routes where limit.map({ route.counters.lastActivity < $0 }) ?? true {
            routes[route.path] = Self.describe(route)
        }
        return Self.json(.object(routes))
    }

    private func show(_ path: String, _ table: RouteTable) -> LocalAnswer {
        guard let route = table.route(at: path) else { return Self.failure(404, "No such route.") }
        return Self.json(Self.describe(route))
    }

    private func add(_ path: String, body: [UInt8], to table: inout RouteTable, now: Int64) -> LocalAnswer {
        guard case .object(var data)? = try? JSONDecoder().decode(JSONValue.self, from: Data(body)) else {
            return Self.failure(400, "Body not valid JSON.")
        }
        guard case .string(let url)? = data["target"] else {
            return Self.failure(400, "Must specify 'target' as string.")
        }
        guard let target = UpstreamTarget(url: url) else {
            return Self.failure(400, "The target must be http://host:port or http+unix://%2Fpath.")
        }
        for key in ["target", "last_activity", "connections", "requests"] { data[key] = nil }
        table.set(path: path, target: target, data: data, now: now)
        return LocalAnswer(status: 201)
    }

    private static func describe(_ route: Route) -> JSONValue {
        var object = route.data
        object["target"] = .string(route.target.url)
        object["last_activity"] = .string(ISODate.write(milliseconds: route.counters.lastActivity))
        object["connections"] = .integer(Int64(route.counters.connections))
        object["requests"] = .integer(Int64(route.counters.requests))
        return .object(object)
    }

    private static func json(_ value: JSONValue) -> LocalAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(value) else { return failure(500, "The answer can't be written.") }
        return LocalAnswer(status: 200, contentType: "application/json", body: Array(body))
    }

    static func failure(_ status: Int, _ message: String) -> LocalAnswer {
        LocalAnswer(status: status, contentType: "text/plain; charset=utf-8", body: Array("\(message)\n".utf8))
    }
}

import Foundation
import HTTPTypes
import Hummingbird

/// Which part of a list a client asks for, and how it wants to hear of the rest (reference 2.4).
struct ListPart: Equatable {
    /// What a client writes into `Accept` that knows pages.
    static let mediaType = "application/jupyterhub-pagination+json"
    /// How many a page has when the client doesn't say.
    static let usual = 50
    /// The most that an answer has.
    static let most = 200

    let offset: Int
    let limit: Int
    /// Whether the client knows pages; else it gets a bare list of as many as there may be.
    let isPaged: Bool

    /// Reads `offset` and `limit`, whose signs JupyterHub overlooks.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for what isn't a whole number.
    init(of request: Request) throws(HubError) {
        let accepts = (request.headers[.accept] ?? "").split(separator: ",")
        isPaged = accepts.contains { $0.trimmingCharacters(in: .whitespaces).lowercased() == Self.mediaType }
        let query = request.uri.queryParameters
        offset = try Self.number(query["offset"], otherwise: 0)
        limit = min(max(try Self.number(query["limit"], otherwise: isPaged ? Self.usual : Self.most), 1), Self.most)
    }

    private static func number(_ text: Substring?, otherwise: Int) throws(HubError) -> Int {
        guard let text else { return otherwise }
        guard let number = Int(text), number != .min else {
            throw .badRequest("Invalid argument type, offset and limit must be integers")
        }
        return abs(number)
    }

    /// The answer to the client that asked.
    func answer<Item: Encodable>(
        _ items: [Item],
        total: Int,
        to request: Request,
        from client: ClientConnection,
    ) throws -> Response {
        guard isPaged else { return try .json(items) }
        let (next, isBeyond) = offset.addingReportingOverflow(limit)
        let place =
            next < total && !isBeyond ? Place(next, limit, Self.url(of: request, from: client, next, limit)) : nil
        return try .json(Page(items: items, part: Part(offset: offset, limit: limit, total: total, next: place)))
    }

    /// The request's own address with another offset.
    private static func url(of request: Request, from client: ClientConnection, _ offset: Int, _ limit: Int) -> String {
        let others = request.uri.query.map { FormText.pairs($0) } ?? []
        let kept = others.filter { $0.name != "offset" && $0.name != "limit" }
        let query = (kept + [("offset", "\(offset)"), ("limit", "\(limit)")]).map { name, value in
            let parts = [name, value].map {
                $0.queryValue
            }
            return parts.joined(separator: "=")
        }
        let host = client.host.isEmpty ? request.head.authority ?? "" : client.host
        return "\(client.isSecure ? "https" : "http")://\(host)\(request.uri.path)?\(query.joined(separator: "&"))"
    }

    private struct Page<Item: Encodable>: Encodable {
        let items: [Item]
        let part: Part

        enum CodingKeys: String, CodingKey {
            case items
            case part = "_pagination"
        }
    }

    private struct Part: Encodable {
        let offset: Int
        let limit: Int
        let total: Int
        let next: Place?

        enum CodingKeys: String, CodingKey {
            case offset, limit, total, next
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(offset, forKey: .offset)
            try container.encode(limit, forKey: .limit)
            try container.encode(total, forKey: .total)
            try container.encode(next, forKey: .next)
        }
    }

    private struct Place: Encodable {
        let offset: Int
        let limit: Int
        let url: String

        init(_ offset: Int, _ limit: Int, _ url: String) {
            (self.offset, self.limit, self.url) = (offset, limit, url)
        }
    }
}

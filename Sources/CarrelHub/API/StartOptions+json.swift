import CarrelStore
import Foundation
import Hummingbird
import NIOCore

extension StartOptions {
    /// The options in the body of a request to start a server (reference 2.2, `user_options`); nil when there are none.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for what isn't an object of texts, or an option that there isn't.
    init?(of request: Request, limit: Int) async throws {
        let body = try await request.body.collect(upTo: limit)
        guard body.readableBytes > 0 else { return nil }
        let data = Data(body.readableBytesView)
        guard let given = try? JSONDecoder().decode([String: String?].self, from: data) else {
            throw HubError.badRequest("The body must be a JSON object of options and texts.")
        }
        if let unknown = given.keys.first(where: { !["environment", "profile", "size"].contains($0) }) {
            throw HubError.badRequest("There is no option \(unknown.prefix(60)); there are environment and size.")
        }
        let environment = given["environment"] ?? given["profile"]
        self.init(environment: environment ?? nil, size: given["size"] ?? nil)
        if self == StartOptions() { return nil }
    }

    /// By name, for the API.
    var named: [String: String] {
        var named: [String: String] = [:]
        named["environment"] = environment
        named["size"] = size
        return named
    }
}

import Foundation
import NIOHTTP1

/// One request to a service, but for a file's content.
struct ServiceCall: Sendable {
    let method: HTTPMethod
    /// From the slash after the host on, encoded.
    let path: String
    var headers: HTTPHeaders = [:]
    /// Also of a GET: that is how Onedata is told which attributes are wanted.
    var body: Data?
    /// Whether it may be asked again when it isn't known whether it was done.
    var isSafe: Bool
    /// Whether the token is sent in a header.
    var showsToken = true

    /// Puts a call together; a GET is safe.
    init(_ method: HTTPMethod, _ path: String, json body: Data? = nil, isSafe: Bool? = nil) {
        self.method = method
        self.path = path
        self.body = body
        self.isSafe = isSafe ?? (method == .GET)
        headers.add(name: "Content-Type", value: "application/json")
    }

    /// JSON for a body.
    static func body(_ value: some Encodable) throws(OnedataError) -> Data {
        do {
            return try JSONEncoder().encode(value)
        } catch {
            throw .unfitName
        }
    }
}

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An answer of HTTP, whole and within bounds.
struct WholeAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// Reads an answer to its end.
    init(_ response: HTTPClientResponse, host: String, largest: Int) async throws {
        // A client that follows redirects was given to us: refuse what it brought back.
        guard response.history.count <= 1 else { throw CallFailure(.nonsense(host, .redirect), isOpen: true) }
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= largest else {
                throw CallFailure(.nonsense(host, .tooLarge), isOpen: true)
            }
            body += part.readableBytesView
        }
        status = Int(response.status.code)
        headers = response.headers
        self.body = body
    }

    /// What every status but 200 means.
    func error(from host: String) -> OpenBISError? {
        status == 200 ? nil : Self.error(status: status, headers: headers, from: host)
    }

    static func error(status: Int, headers: HTTPHeaders, from host: String) -> OpenBISError {
        // A longer time is a server's mistake; a date isn't sent by any that is known.
        let after = headers.first(name: "Retry-After").flatMap { UInt32($0) }.map { Duration.seconds(Int64($0)) }
        switch status {
        case 300..<400: return .nonsense(host, .redirect)
        case 429: return .tooManyRequests(host, after: after)
        case 500...: return .unavailable(host, after: after)
        default: return .nonsense(host, .status(status))
        }
    }
}

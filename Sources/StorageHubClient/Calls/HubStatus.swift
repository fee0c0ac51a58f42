import Foundation
import NIOHTTP1

/// What the status of an answer means (reference `egi.md` 3.4).
enum HubStatus {
    /// The most that is read of an answer that says no, in bytes.
    static let largestError = 64 * 1024

    /// The error of an answer whose status isn't 200 or 206.
    ///
    /// The class of the exception is read, for status 500 has several meanings; its words are not.
    static func error(_ call: StorageHubCall, _ status: Int, _ headers: HTTPHeaders, _ body: Data) -> StorageHubError {
        switch status {
        case 300..<400: return .nonsense(call, .redirect)
        case 401: return .tokenRefused
        case 403: return .forbidden(call)
        case 404: return .notFound(call)
        case 409, 423: return .locked(call)
        case 413, 507: return .overQuota(call)
        case 429: return .tooManyRequests(call, retryAfter: retryAfter(headers))
        case 502, 503, 504: return .unavailable(call, retryAfter: retryAfter(headers))
        default: break
        }
        switch exception(body) {
        case nil: return .nonsense(call, .status(status))
        case .idNotFound: return .notFound(call)
        case .locked: return .locked(call)
        case .notAuthorized: return .forbidden(call)
        case let exception?: return .refused(call, exception)
        }
    }

    /// Seconds that the service wants to be left alone (RFC 9110 §10.2.3); a date is not understood.
    private static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        guard let text = headers.first(name: "Retry-After"), let seconds = UInt32(text) else { return nil }
        return .seconds(Int64(seconds))
    }

    private struct Thrown: Decodable {
        let exceptionClass: String
    }

    private static func exception(_ body: Data) -> StorageHubException? {
        guard let thrown = try? JSONDecoder().decode(Thrown.self, from: body) else { return nil }
        return thrown.exceptionClass.split(separator: ".").last.flatMap { StorageHubException(rawValue: String($0)) }
    }
}

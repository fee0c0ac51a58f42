import Foundation
import NIOHTTP1

extension WebDAVError {
    /// What a status says that isn't a success.
    static func refusal(_ status: Int, of call: WebDAVCall, _ headers: HTTPHeaders, now: Date) -> WebDAVError {
        switch status {
        case 300..<400: .redirected(call)
        case 401: .unauthorized
        case 403: .forbidden(call)
        case 404, 410: .notFound(call)
        case 405 where call == .makeFolder: .alreadyThere(call)
        case 409: .conflict(call)
        case 412: .preconditionFailed(call)
        case 413: .tooLarge
        case 416: .rangeOutside
        case 423: .locked(call)
        case 429: .tooManyRequests(retryAfter: pause(headers, now))
        case 501: .notOffered(call)
        case 503: .unavailable(retryAfter: pause(headers, now))
        case 507: .overQuota
        case 400..<600: .refused(call, status: status)
        default: .malformed(call, .status(status))
        }
    }

    /// The field `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3); at most a day.
    private static func pause(_ headers: HTTPHeaders, _ now: Date) -> Duration? {
        guard let field = headers.first(name: "Retry-After")?.trimmed else { return nil }
        if let seconds = ContentRange.number(field) { return .seconds(min(seconds, 86_400)) }
        guard let date = HTTPDate.read(field) else { return nil }
        return .seconds(min(max(0, date.timeIntervalSince(now).rounded(.up)), 86_400))
    }
}

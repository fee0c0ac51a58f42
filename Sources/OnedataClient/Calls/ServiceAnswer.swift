import Foundation
import NIOHTTP1

/// What a service answered, whole and within bounds.
struct ServiceAnswer: Sendable {
    let service: OnedataService
    let status: Int
    let headers: HTTPHeaders
    let body: Data

    /// The largest answer that is read, in bytes: a page of 1000 files with long names comes near an eighth of it.
    static let largest = 8 * 1024 * 1024

    /// The value of an answer that says yes.
    func json<Value: Decodable>(_: Value.Type) throws(OnedataError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: body)
        } catch let error as DecodingError {
            throw .nonsense(service, .notJSON(member: error.member))
        } catch {
            throw .nonsense(service, .notJSON(member: nil))
        }
    }

    /// The error of every answer but those that say yes.
    var error: OnedataError? {
        Self.error(service, status: status, headers: headers, body: body)
    }

    static func error(
        _ service: OnedataService,
        status: Int,
        headers: HTTPHeaders,
        body: Data,
    ) -> OnedataError? {
        if (200..<300).contains(status) { return nil }
        if (300..<400).contains(status) { return .nonsense(service, .redirect) }
        let after = RetryAfter.pause(headers)
        switch status {
        case 429: return .tooManyRequests(service, after: after)
        case 416: return .invalidRange
        case 500...: return .unavailable(service, after: after)
        default: break
        }
        if let told = try? JSONDecoder().decode(ErrorDocument.self, from: body).error {
            return told.meaning(of: service, status: status)
        }
        return switch status {
        case 401: .token(.refused)
        case 403: .forbidden
        case 507: .overQuota
        default: .nonsense(service, .status(status))
        }
    }
}

extension DecodingError {
    /// The name of the member that was missing, one of those that are looked for.
    ///
    /// Of a member of the wrong kind nothing is told: what leads to it may be an id or another name that was sent.
    fileprivate var member: String? {
        if case .keyNotFound(let key, _) = self { key.stringValue } else { nil }
    }
}

import Foundation
import Hummingbird
import NIOCore

/// Text in `application/x-www-form-urlencoded`: a query, or a form as a browser sends it.
struct FormText: Sendable {
    /// Names and decoded values, in order.
    let pairs: [(name: String, value: String)]

    /// Holds what was sent.
    init(pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    /// Reads the form in a request.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` when it is larger than `limit` bytes or isn't UTF-8.
    init(of request: Request, limit: Int) async throws {
        do {
            let buffer = try await request.body.collect(upTo: limit)
            guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
                throw HubError.badRequest("The form isn't UTF-8 text.")
            }
            pairs = Self.pairs(text)
        } catch is NIOTooManyBytesError {
            throw HubError.badRequest("The form is larger than \(limit) bytes.")
        }
    }

    /// The parts of a text; a broken escape is taken as it stands.
    static func pairs(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let spaced = String(part.replacing("+", with: " "))
                return spaced.removingPercentEncoding ?? spaced
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }
}

/// A form whose fields have one value each.
struct FormBody: Sendable {
    private let fields: [String: String]

    /// Reads a form that only asks something, and so stands in the address.
    ///
    /// - Parameter query: what follows `?`, escaped as it came; nil when nothing does.
    init(query: String?) {
        fields = Dictionary(
            FormText.pairs(query ?? "").map { ($0.name, $0.value) },
            uniquingKeysWith: { first, _ in first },
        )
    }

    /// A field; the first of several of one name.
    subscript(name: String) -> String? { fields[name] }

    /// Reads the form in a request.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` when it is larger than `limit` bytes or isn't UTF-8.
    init(of request: Request, limit: Int) async throws {
        fields = Dictionary(
            try await FormText(of: request, limit: limit).pairs.map { ($0.name, $0.value) },
            uniquingKeysWith: { first, _ in first },
        )
    }
}

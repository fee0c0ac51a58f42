import Foundation

/// What a provider answered, whole and within bounds.
struct ProviderAnswer: Sendable, Equatable {
    let status: Int
    let body: Data

    /// The largest answer that is read, in bytes.
    static let largest = 1024 * 1024

    /// The object of an answer that says yes.
    ///
    /// - Throws: ``OpenIDError/refused(_:code:description:)`` for an OAuth error, else ``OpenIDError/nonsense(_:_:)``.
    func object(of call: OpenIDCall, hiding secrets: [String] = []) throws(OpenIDError) -> [String: OpenIDValue] {
        try refuseErrors(of: call, hiding: secrets)
        guard let object = StrictJSON.object(body) else { throw .nonsense(call, .notJSON) }
        return object
    }

    /// Sorts out every answer but those that say yes.
    func refuseErrors(of call: OpenIDCall, hiding secrets: [String] = []) throws(OpenIDError) {
        guard !(200..<300).contains(status) else { return }
        if (300..<400).contains(status) { throw .nonsense(call, .redirect) }
        guard (400..<500).contains(status) else { throw .nonsense(call, .status(status)) }
        if let object = StrictJSON.object(body), let code = ErrorWords.code(object["error"]?.string) {
            let description = ErrorWords.description(object["error_description"]?.string, hiding: secrets)
            throw .refused(call, code: code, description: description)
        }
        // A resource tells it in a header field only (RFC 6750 §3), and there is one reason for this status.
        if status == 401, call == .userInfo { throw .refused(call, code: "invalid_token", description: nil) }
        throw .nonsense(call, .status(status))
    }
}

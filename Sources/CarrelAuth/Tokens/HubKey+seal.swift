import Foundation

extension HubKey {
    /// The longest that is looked at; a browser keeps no longer cookie.
    private static let longest = 4096

    /// A value in text that a browser keeps and can't change: readable, so nothing in it may be secret from that browser.
    ///
    /// - Parameters:
    ///   - value: what is kept.
    ///   - browser: what tells this browser from others, which it must show again.
    ///   - purpose: what it is for; worth nothing for another.
    /// - Returns: the value and its signature.
    /// - Throws: what the encoder says.
    func seal(_ value: some Encodable, for browser: String, purpose: String) throws -> String {
        let text = try JSONEncoder().encode(value).base64EncodedString()
        return text + "." + sign([browser, text], purpose: purpose)
    }

    /// Reads what ``seal(_:for:purpose:)`` made; nil for anything else.
    func open<Value: Decodable>(_ sealed: String, for browser: String, purpose: String) -> Value? {
        guard sealed.utf8.count <= Self.longest else { return nil }
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, verify(parts[1], of: [browser, String(parts[0])], purpose: purpose),
            let json = Data(base64Encoded: String(parts[0]))
        else { return nil }
        return try? JSONDecoder().decode(Value.self, from: json)
    }
}

import Foundation

/// Reads the field `Authorization` (RFC 9110 §11.6.2).
enum AuthorizationReader {
    /// What a field's value shows; nil for what can't be read.
    static func read(_ value: String) -> GatewayAuthorization? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let credentials = parts[1].trimmingCharacters(in: .whitespaces)
        switch parts[0].lowercased() {
        case "basic":
            guard let bytes = Data(base64Encoded: credentials), let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            return .basic(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
        case "bearer": return credentials.isEmpty ? nil : .bearer(token: credentials)
        default: return nil
        }
    }
}

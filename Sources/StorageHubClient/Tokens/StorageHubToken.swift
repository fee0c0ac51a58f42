public import Foundation

/// What a StorageHub is shown.
public struct StorageHubToken: Sendable, Equatable {
    let text: String
    let isOld: Bool
    /// When it ends; nil if nobody says.
    public let expires: Date?

    /// A token for a context, shown as `Authorization: Bearer` (reference `egi.md` 3.1).
    ///
    /// - Parameters:
    ///   - text: 1 to 65,536 visible characters of ASCII; anything else is refused when it is used.
    ///   - expires: when it ends; if nil and it is a signed JWT, what it says of itself.
    public init(bearer text: String, expires: Date? = nil) {
        self.text = text
        self.expires = expires ?? Self.ownEnd(of: text)
        isOld = false
    }

    /// An old token of gCube, shown in the header field `gcube-token` and never in an address.
    ///
    /// - Parameter text: as the portal shows it.
    public init(gcube text: String) {
        self.text = text
        expires = nil
        isOld = true
    }

    /// The header field that it is shown in.
    var field: (String, String) { isOld ? ("gcube-token", text) : ("Authorization", "Bearer \(text)") }

    /// Whether it can be sent at all.
    var isSendable: Bool {
        (1...65_536).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    private struct Claims: Decodable {
        let exp: Double
    }

    /// `exp` of a signed JWT (RFC 7519 §4.1.4); it is believed because it only ever makes a token end.
    private static func ownEnd(of text: String) -> Date? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 65_536 else { return nil }
        let padding = String(repeating: "=", count: (4 - parts[1].utf8.count % 4) % 4)
        let standard = parts[1].replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let bytes = Data(base64Encoded: String(standard)),
            let claims = try? JSONDecoder().decode(Claims.self, from: bytes),
            (0...253_402_300_799).contains(claims.exp)
        else { return nil }
        return Date(timeIntervalSince1970: claims.exp)
    }
}

extension StorageHubToken: StorageHubHidden {}

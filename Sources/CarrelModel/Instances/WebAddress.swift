import Foundation

/// An address of the web that a page links to: `https` or `http`, without user or password.
public struct WebAddress: Hashable, Sendable, Codable {
    /// The address.
    public let text: String

    /// Reads an address; nil when it isn't one that a page may link to.
    public init?(text: String) {
        guard text.count <= 2000, let url = URL(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), url.host?.isEmpty == false, url.user == nil, url.password == nil
        else { return nil }
        self.text = text
    }
}

extension WebAddress: CustomStringConvertible {
    /// The address.
    public var description: String { text }
}

extension WebAddress: SettingText {
    static let expected = "an address such as https://example.org/terms"
    static let kind = "address of a page"
}

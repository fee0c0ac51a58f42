import Foundation

/// An address that a token may be sent to: https, or http to this machine itself.
struct HubAddress: Sendable, Equatable {
    /// Without a slash at its end.
    let text: String

    /// Takes an absolute address without query, fragment, name and password.
    ///
    /// - Throws: ``StorageHubError/unfitAddress`` for any other.
    init(_ text: String) throws(StorageHubError) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            !text.contains(where: { "\\#?@".contains($0) }),
            let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            (1...65535).contains(parts.port ?? 443)
        else { throw .unfitAddress }
        switch parts.scheme?.lowercased() {
        case "https": break
        case "http" where Self.isLoopback(host): break
        default: throw .unfitAddress
        }
        self.text = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The address of the profile, which lies beside the workspace and not below it.
    ///
    /// Source: `https://api.d4science.org/rest/2/people/profile` beside `https://api.d4science.org/workspace`.
    var profile: String {
        let base = text.hasSuffix("/workspace") ? String(text.dropLast("/workspace".count)) : text
        return base + "/rest/2/people/profile"
    }

    /// Names and numbers of this machine, each only as it is usually written.
    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "[::1]", "::1"].contains(host.lowercased()) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}

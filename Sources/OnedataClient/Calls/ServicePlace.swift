import Foundation

/// A service that a token may be sent to: https, or http on this machine itself.
struct ServicePlace: Sendable, Equatable {
    let service: OnedataService
    /// Scheme, host and port, without a slash at the end.
    let base: String

    /// Onezone, as the settings name it.
    ///
    /// - Throws: ``OnedataError/unfitAddress``.
    static func onezone(_ settings: OnedataSettings) throws(OnedataError) -> ServicePlace {
        let text = settings.onezone.hasSuffix("/") ? String(settings.onezone.dropLast()) : settings.onezone
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), parts.path.isEmpty,
            let place = ServicePlace(.onezone, domain: text.dropFirst(scheme.count + 3), isPlain: scheme == "http"),
            ["http", "https"].contains(scheme)
        else { throw .unfitAddress }
        return place
    }

    /// A provider, by its domain; nil if that isn't one.
    ///
    /// It is reached as Onezone is, by https or http.
    static func provider(_ domain: String, beside onezone: ServicePlace) -> ServicePlace? {
        ServicePlace(.provider(domain), domain: domain[...], isPlain: onezone.base.hasPrefix("http:"))
    }

    private init?(_ service: OnedataService, domain: Substring, isPlain: Bool) {
        guard (1...300).contains(domain.utf8.count), domain.utf8.allSatisfy(Self.isPartOfDomain),
            let parts = URLComponents(string: "https://\(domain)"), let host = parts.host, !host.isEmpty,
            parts.path.isEmpty, (1...65535).contains(parts.port ?? 443), !isPlain || Self.isLoopback(host)
        else { return nil }
        self.service = service
        base = "\(isPlain ? "http" : "https")://\(domain)"
    }

    /// Letters, digits and what stands between them in `host:port` and `[::1]:port`.
    private static func isPartOfDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-:[]".utf8.contains(byte)
        }
    }

    /// Names and numbers of this machine, each only as it is usually written.
    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "[::1]", "::1"].contains(host.lowercased()) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}

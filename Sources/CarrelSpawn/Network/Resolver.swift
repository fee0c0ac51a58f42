import Foundation
import Glibc

/// Which name servers a server with a network of its own can ask.
public enum Resolver {
    /// The addresses in the host's `resolv.conf` that can be reached from another namespace.
    ///
    /// A name server on a loopback address can't; where that is systemd's, its list of the real ones is taken.
    ///
    /// - Returns: addresses without zones, in the file's order; empty when there are none.
    public static func nameservers() -> [String] {
        let found = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"].lazy
            .map { path in reachable(in: (try? String(contentsOfFile: path, encoding: .utf8)) ?? "") }
        return found.first { !$0.isEmpty } ?? []
    }

    /// The name servers of a `resolv.conf(5)` that aren't on a loopback or link-local address.
    static func reachable(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            let address = String(words[1])
            let isLocal = address.hasPrefix("127.") || address == "::1" || address.hasPrefix("fe80")
            return isLocal || !isAddress(address) ? nil : address
        }
    }

    /// The text of a `resolv.conf` for a server: these name servers, and the host's other settings.
    static func configuration(_ nameservers: [String], host text: String) -> String {
        let settings = text.split(separator: "\n").filter { $0.hasPrefix("search ") || $0.hasPrefix("options ") }
        return (nameservers.map { "nameserver \($0)" } + settings.map(String.init)).map { $0 + "\n" }.joined()
    }

    private static func isAddress(_ text: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }
}

import CarrelModel
import Foundation

/// A host that has repositories: scheme, host and port, as `git` asks for a credential.
struct GitSite: Hashable, Sendable {
    /// Such as `https://git.example.org:8443`, in lower case, without the scheme's usual port.
    let origin: String

    /// What sources of the vault begin with that are of this kind.
    static let prefix = "git:"

    /// What a credential for it is kept under.
    var source: String { Self.prefix + origin }

    /// The one that a repository is on.
    init?(_ address: WebAddress) {
        guard let url = URLComponents(string: address.text), let scheme = url.scheme, let host = url.host else {
            return nil
        }
        self.init(scheme: scheme, host: host, port: url.port)
    }

    /// The one that `git` names: `host`, or `host:port`.
    init?(scheme: String, authority: String) {
        guard let url = URLComponents(string: "\(scheme)://\(authority)"), let host = url.host, url.path.isEmpty,
            url.user == nil, url.query == nil, url.fragment == nil
        else { return nil }
        self.init(scheme: scheme, host: host, port: url.port)
    }

    init?(source: String) {
        guard source.hasPrefix(Self.prefix) else { return nil }
        origin = String(source.dropFirst(Self.prefix.count))
    }

    /// Whether what is sent there can't be read on the way: it is encrypted, or doesn't leave the machine.
    var isPrivate: Bool {
        origin.hasPrefix("https://")
            || ["http://127.0.0.1", "http://localhost"].contains { local in
                origin == local || origin.hasPrefix(local + ":")
            }
    }

    private init?(scheme: String, host: String, port: Int?) {
        let (scheme, host) = (scheme.lowercased(), host.lowercased())
        guard let usual = ["https": 443, "http": 80][scheme], !host.isEmpty else { return nil }
        origin = "\(scheme)://\(host)" + (port.map { $0 == usual ? "" : ":\($0)" } ?? "")
    }
}

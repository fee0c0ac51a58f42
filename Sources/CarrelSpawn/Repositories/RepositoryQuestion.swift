import CProcess
import CarrelModel
import Foundation
import Glibc

/// One question to a repository.
struct RepositoryQuestion: Sendable {
    let address: WebAddress
    let credential: GitCredential?
    let account: Account?

    /// A network namespace, and the text of `resolv.conf` there.
    struct WayOut: Sendable {
        let namespace: Descriptor
        let resolver: String
    }

    /// Gives the command that follows a `resolv.conf` of its own, which nobody else sees.
    private static let withResolver = """
        mount -t tmpfs -o size=1m tmpfs /tmp && cat > /tmp/resolv.conf && chmod 644 /tmp/resolv.conf \
        && { ! test -e /etc/resolv.conf || mount --bind /tmp/resolv.conf /etc/resolv.conf; } && exec "$@" < /dev/null
        """

    /// The references that match, as `git ls-remote` lists them.
    func list(_ patterns: [String], by way: WayOut?, within limit: Duration) async throws -> String {
        var command = GitCommand(account: account, mostBytes: 16 << 20)
        command.limits = ["--as=\(2 << 30)", "--cpu=60"]
        var files: [Descriptor] = []
        if let credential {
            files = [try Self.sealed(credential.answer)]
            // Nobody but the host itself is shown it, wherever it sends us.
            command.settings = [
                "http.followRedirects=false",
                "credential.\(origin).helper=!f() { test \"$1\" = get && cat <&3; }; f",
            ]
        }
        var (path, arguments) = command.program(["ls-remote", "--", address.text] + patterns)
        if let way {
            let namespace = "/proc/\(getpid())/fd/\(way.namespace.number)"
            arguments =
                ["--net=\(namespace)", "/usr/bin/unshare", "--mount", "--propagation", "private", "--"]
                + ["/bin/sh", "-c", Self.withResolver, "sh", path] + arguments
            path = "/usr/bin/nsenter"
        }
        // The namespace lives as long as its descriptor.
        defer { withExtendedLifetime(way) {} }
        let output = try await ProgramRun.result(
            of: path,
            arguments,
            input: Array((way?.resolver ?? "").utf8),
            descriptors: files,
            within: limit,
        )
        return String(decoding: output, as: UTF8.self)
    }

    /// Scheme, host and port.
    private var origin: String {
        guard let url = URLComponents(string: address.text), let host = url.percentEncodedHost else {
            return "https://"
        }
        return "\(url.scheme ?? "https")://\(host)" + (url.port.map { ":\($0)" } ?? "")
    }

    /// A file in memory that can't be changed any more.
    private static func sealed(_ text: String) throws(SystemFailure) -> Descriptor {
        let bytes = Array(text.utf8)
        let number = try SystemFailure.check("memfd_create") {
            bytes.withUnsafeBytes { carrel_sealed_memory($0.baseAddress, $0.count) }
        }
        return Descriptor(owning: number)
    }
}

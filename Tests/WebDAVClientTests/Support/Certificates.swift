import Foundation

/// Certificates of a test, made by openssl: two authorities, and a server's for each purpose.
struct Certificates {
    let folder: String

    var authority: String { "\(folder)/authority.pem" }
    var otherAuthority: String { "\(folder)/other.pem" }

    enum Kind: String, CaseIterable {
        /// For 127.0.0.1.
        case right
        /// For another host.
        case wrongHost
        /// For 127.0.0.1, some time ago.
        case expired

        fileprivate var names: String { self == .wrongHost ? "DNS:other.example.org" : "IP:127.0.0.1" }
        fileprivate var days: String { self == .expired ? "-1" : "2" }
    }

    init(in folder: String, for kind: Kind) async throws {
        self.folder = folder
        try await authority("authority")
        try await authority("other")
        let path = "\(folder)/server"
        try Data("subjectAltName=\(kind.names)\n".utf8).write(to: URL(filePath: "\(path).ext"))
        try await run(
            Self.openssl,
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            Self.curve,
            "-nodes",
            "-keyout",
            "\(path).key",
            "-out",
            "\(path).csr",
            "-subj",
            "/CN=server"
        )
        try await run(
            Self.openssl,
            "x509",
            "-req",
            "-in",
            "\(path).csr",
            "-CA",
            authority,
            "-CAkey",
            "\(folder)/authority.key",
            "-CAcreateserial",
            "-out",
            "\(path).pem",
            "-days",
            kind.days,
            "-extfile",
            "\(path).ext"
        )
    }

    private static let openssl = "/usr/bin/openssl"
    private static let curve = "ec_paramgen_curve:P-256"

    private func authority(_ name: String) async throws {
        try await run(
            Self.openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            Self.curve,
            "-nodes",
            "-days",
            "2",
            "-keyout",
            "\(folder)/\(name).key",
            "-out",
            "\(folder)/\(name).pem",
            "-subj",
            "/CN=\(name)"
        )
    }
}

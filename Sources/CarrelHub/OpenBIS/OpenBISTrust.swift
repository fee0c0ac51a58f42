import CarrelModel
import CarrelSpawn
import Foundation

/// The certificates that servers trust: those of the system, and the authorities of the openBIS of the configuration.
struct OpenBISTrust: Sendable {
    /// The folder of ours that servers see.
    let folder: String
    /// Where the system's certificates may be; the first file that there is counts.
    var systemFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private static let fileName = "certificates.pem"
    /// Where a server finds the folder.
    private static let inside = "/run/carrel/trust"
    /// The largest file that is read.
    private static let largest = 4 << 20

    /// What servers need to trust these openBIS as well as the rest of the world; nothing where all have public certificates.
    ///
    /// - Throws: when the file can't be made.
    func extras(for all: [AuthenticatorSettings]) throws -> ServerExtras {
        let authorities = all.compactMap(\.certificateAuthority)
        guard !authorities.isEmpty else { return ServerExtras() }
        let system = systemFiles.lazy.compactMap { Self.certificates(in: $0) }.first { !$0.isEmpty } ?? ""
        let text = system + authorities.compactMap { Self.certificates(in: $0) }.joined()
        guard !text.isEmpty else { return ServerExtras() }
        try write(text)
        let path = "\(Self.inside)/\(Self.fileName)"
        return ServerExtras(
            // For Python's requests, what uses OpenSSL, and curl (reference `openbis.md` 1.5).
            variables: ["REQUESTS_CA_BUNDLE": path, "SSL_CERT_FILE": path, "CURL_CA_BUNDLE": path],
            bindings: [FolderBinding(host: folder, inside: Self.inside, access: .readOnly)],
        )
    }

    /// The certificates of a file, and nothing else that may stand in it, such as a key; nil when it can't be read.
    private static func certificates(in path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= largest else { return nil }
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
        let parts = String(decoding: data, as: UTF8.self).components(separatedBy: begin).dropFirst()
        return parts.compactMap { part in
            guard let mark = part.range(of: end) else { return nil }
            return begin + part[..<mark.upperBound] + "\n"
        }.joined()
    }

    /// Makes the file whole under another name, then gives it its own: servers that run see it.
    private func write(_ text: String) throws {
        let file = "\(folder)/\(Self.fileName)"
        guard FileManager.default.contents(atPath: file) != Data(text.utf8) else { return }
        let files = FileManager.default
        try files.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755],
        )
        let draft = "\(folder)/\(UUID().uuidString).new"
        guard
            files.createFile(
                atPath: draft,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o644],
            ), rename(draft, file) == 0
        else { throw HubError.stateUnusable(path: file, reason: String(cString: strerror(errno))) }
    }
}

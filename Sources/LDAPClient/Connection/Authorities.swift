import Foundation

/// The certificates of those whose signature under a server's certificate is believed.
enum Authorities {
    /// Where systems keep the certificates of those whom they trust: Debian, Fedora, Alpine and SUSE.
    private static let systemFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
        "/etc/ssl/ca-bundle.pem",
    ]

    /// The file that the settings name, or else the system's; libldap says nothing of a file without certificates.
    static func file(_ settings: LDAPSettings) throws(LDAPError) -> String {
        let key = "certificateAuthority"
        guard let own = settings.certificateAuthority else {
            guard let file = systemFiles.first(where: FileManager.default.isReadableFile) else {
                throw .settings(key: key, fault: "it is left out, and this system trusts no authority")
            }
            return file
        }
        guard let data = FileManager.default.contents(atPath: own) else {
            throw .settings(key: key, fault: "there is no file “\(own)” that can be read")
        }
        guard data.range(of: Data("-----BEGIN CERTIFICATE-----".utf8)) != nil else {
            throw .settings(key: key, fault: "“\(own)” holds no certificate in PEM")
        }
        return own
    }
}

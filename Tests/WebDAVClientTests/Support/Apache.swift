import CarrelTestSupport
import Foundation
import Testing

@testable import WebDAVClient

/// Apache with mod_dav, in a folder of its own; anna's password is `secret`.
struct Apache: Sendable {
    let folder: String
    let port: UInt16
    let world: World
    let scheme: String

    var url: String { "\(scheme)://127.0.0.1:\(port)/dav" }
    var files: URL { URL(filePath: "\(folder)/files") }

    func remote(password: String = "secret", _ limits: WebDAVLimits = World.limits) throws -> WebDAVRemote {
        try world.remote(url, try WebDAVCredential(user: "anna", password: password), limits)
    }

    fileprivate static let modules = [
        "mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "dav", "dav_fs", "dav_lock",
        "ssl", "socache_shmcb", "dir", "alias",
    ]

    fileprivate static func configuration(in folder: String, port: UInt16, isSecure: Bool) -> String {
        let modules = modules.map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so\n" }.joined()
        let files = "SSLCertificateFile \(folder)/server.pem\nSSLCertificateKeyFile \(folder)/server.key\n"
        return """
            ServerRoot \(folder)
            ServerName 127.0.0.1
            Listen 127.0.0.1:\(port)
            PidFile \(folder)/pid
            ErrorLog \(folder)/error.log
            Mutex file:\(folder)/locks default
            DocumentRoot \(folder)/files
            \(modules)User www-data
            Group www-data
            DavLockDB \(folder)/locks/db
            LimitXMLRequestBody 0
            Alias /dav \(folder)/files
            \(isSecure ? "SSLEngine on\n\(files)" : "")
            <Directory \(folder)/files>
            Dav On
            DirectoryIndex disabled
            AuthType Basic
            AuthName files
            AuthUserFile \(folder)/passwords
            Require valid-user
            </Directory>

            """
    }
}

/// Runs Apache for the body, and ends it.
func withApache(_ certificates: Certificates? = nil, _ body: (Apache) async throws -> Void) async throws {
    try await withWorld(authorities: certificates.map { [$0.authority] } ?? []) { world in
        try await withFolder { folder in
            let port = try ReservedPort()
            for name in ["files", "locks"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                if getuid() == 0 { try await run("/bin/chown", "www-data:www-data", "\(folder)/\(name)") }
            }
            if let certificates {
                try await run("/bin/cp", "-r", "\(certificates.folder)/.", folder)
            }
            let configuration = Apache.configuration(in: folder, port: port.number, isSecure: certificates != nil)
            try Data(configuration.utf8).write(to: URL(filePath: "\(folder)/httpd.conf"))
            // The hash of `secret` by `openssl passwd -apr1`.
            try await run(
                "/bin/sh",
                "-c",
                #"printf 'anna:%s\n' "$(openssl passwd -apr1 secret)" > "$0""#,
                "\(folder)/passwords"
            )
            let process = try ChildProcess(
                "/usr/sbin/apache2",
                ["-f", "\(folder)/httpd.conf", "-D", "FOREGROUND"],
                log: "\(folder)/log"
            )
            let scheme = certificates == nil ? "http" : "https"
            let apache = Apache(folder: folder, port: port.number, world: world, scheme: scheme)
            do {
                try await eventually("Apache answers") { FileManager.default.fileExists(atPath: "\(folder)/pid") }
                try await body(apache)
            } catch {
                await process.stop()
                throw error
            }
            await process.stop()
        }
    }
}

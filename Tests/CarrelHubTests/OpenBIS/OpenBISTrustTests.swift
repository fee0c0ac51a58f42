import CarrelModel
import CarrelSpawn
import Foundation
import Testing

@testable import CarrelHub

@Suite struct OpenBISTrustTests {
    private static func certificate(_ text: String) -> String {
        "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }

    private func openBIS(_ authority: String?) -> AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "lab")
        (settings.kind, settings.certificateAuthority) = (.openbis, authority)
        return settings
    }

    @Test func `servers trust the system's certificates and the authority's, and see nothing else`() async throws {
        try await withFolder { folder in
            let (system, authority) = ("\(folder)/system.pem", "\(folder)/authority.pem")
            try Self.certificate("all").write(toFile: system, atomically: true, encoding: .utf8)
            let key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"
            let words = "# of the lab\n" + Self.certificate("lab") + key + Self.certificate("other")
            try words.write(toFile: authority, atomically: true, encoding: .utf8)
            let trust = OpenBISTrust(folder: "\(folder)/trust", systemFiles: ["\(folder)/none", system])

            let extras = try trust.extras(for: [openBIS(nil), openBIS(authority)])

            #expect(Set(extras.variables.values) == ["/run/carrel/trust/certificates.pem"])
            #expect(extras.variables.keys.sorted() == ["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
            #expect(extras.bindings.map(\.host) == ["\(folder)/trust"])
            let text = try String(contentsOfFile: "\(folder)/trust/certificates.pem", encoding: .utf8)
            let expected = ["all", "lab", "other"].map { Self.certificate($0) }.joined()
            #expect(text == expected)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/trust").count == 1)
        }
    }

    @Test func `nothing is needed where all have public certificates`() async throws {
        try await withFolder { folder in
            let trust = OpenBISTrust(folder: "\(folder)/trust")
            let extras = try trust.extras(for: [openBIS(nil)])
            #expect(extras == ServerExtras())
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/trust"))
        }
    }
}

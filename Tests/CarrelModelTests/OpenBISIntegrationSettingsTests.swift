import Testing

@testable import CarrelModel

@Suite struct `The endpoint for openBIS in the configuration` {
    private static let provider = """
        authenticators:
          lab:
            kind: openbis
            url: https://openbis.example.org

        """

    private func read(_ text: String) throws -> Configuration {
        try Configuration.read(Array(text.utf8), file: "carrel.yaml", folder: "/srv")
    }

    @Test func `isn't there unless it is asked for`() throws {
        #expect(try read("").openbisIntegration == nil)
    }

    @Test func `has an address, origins and a limit`() throws {
        let settings = try #require(
            read(
                Self.withAuthenticator(
                    """
                      listen: "0.0.0.0:8123"
                      allowedOrigins: ["https://OpenBIS.example.org/", "*"]
                      largestNotebook: 20 MB
                    """
                )
            ).openbisIntegration
        )
        #expect(settings.listen == .tcp(host: "0.0.0.0", port: 8123))
        #expect(settings.allowedOrigins.map(\.description) == ["https://openbis.example.org", "*"])
        #expect(settings.largestNotebook == ByteCount(bytes: 20_000_000))
    }

    @Test(
        arguments: [
            ("openbisIntegration: {authenticator: none}", "openbisIntegration.authenticator"),
            ("openbisIntegration: {listen: \"127.0.0.1:8123\"}", "openbisIntegration.authenticator"),
            (withAuthenticator("  listen: \"127.0.0.1:8000\""), "openbisIntegration.listen"),
            (withAuthenticator("  allowedOrigins: [\"openbis.example.org\"]"), "openbisIntegration.allowedOrigins[0]"),
            (withAuthenticator("  largestNotebook: 5 GB"), "openbisIntegration.largestNotebook"),
        ]
    )
    func `is refused with the key's name`(text: String, key: String) {
        do {
            _ = try read(text)
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(key), "\(error)")
        }
    }

    private static func withAuthenticator(_ lines: String) -> String {
        provider + "openbisIntegration:\n  authenticator: lab\n" + lines + "\n"
    }
}

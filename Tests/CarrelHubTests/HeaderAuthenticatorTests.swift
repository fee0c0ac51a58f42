import AsyncHTTPClient
import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import CarrelHub

/// A time that a test sets.
private final class SetTime: Sendable {
    let date = Mutex(Date(timeIntervalSince1970: 0))
}

@Suite struct HeaderAuthenticatorTests {
    private static let secret = "a secret of sixteen signs"

    private static var settings: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "portal")
        settings.kind = .header
        settings.header.userHeader = "X-Remote-User"
        settings.header.emailHeader = "X-Mail"
        settings.header.groupsHeader = "X-Groups"
        return settings
    }

    private static func claim(_ fields: [(String, String)]) -> HeaderAuthenticator.Claim {
        HeaderAuthenticator(settings: settings, secret: secret).claim { name in
            fields.filter { $0.0 == name }.map(\.1)
        }
    }

    private static let user = ("X-Remote-User", "ada")
    private static let proof = ("X-Carrel-Secret", secret)

    @Test func `who is named beside the secret is proven, with address and groups`() {
        let expected = AuthenticatedPerson(
            subject: "ada",
            label: "ada@x.org",
            names: ["ada"],
            entitlements: nil,
            groups: ["lakes", "Deep Sea"],
        )
        let fields = [Self.user, Self.proof, ("X-Mail", "ada@x.org"), ("X-Groups", "lakes, ,Deep Sea,")]
        #expect(Self.claim(fields) == .person(expected))
    }

    @Test(arguments: [
        [user], [user, ("X-Carrel-Secret", "")], [user, ("X-Carrel-Secret", secret + " ")],
        [user, ("X-Carrel-Secret", String(secret.dropLast()))], [user, proof, proof],
        [user, ("X-Carrel-Secret", secret.uppercased())],
    ])
    func `without just the secret nobody is proven`(fields: [(String, String)]) {
        #expect(Self.claim(fields) == .unproven)
    }

    @Test(arguments: [
        [user, user, proof], [user, ("X-Remote-User", "bob"), proof], [("X-Remote-User", "ada,bob"), proof],
        [("X-Remote-User", ""), user, proof], [user, proof, ("X-Groups", "a"), ("X-Groups", "b")],
        [user, proof, ("X-Mail", "a"), ("X-Mail", "b")],
    ])
    func `what comes twice counts for nothing`(fields: [(String, String)]) {
        #expect(Self.claim(fields) == .doubled)
    }

    @Test(arguments: [[], [proof], [("X-Remote-User", ""), proof]])
    func `where nobody is named there is nothing to say`(fields: [(String, String)]) {
        #expect(Self.claim(fields) == .none)
    }

    @Test func `the log says once a minute that somebody isn't proven`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "header-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "secret")
        try Data(Self.secret.utf8).write(to: file)
        var changed = Self.settings
        changed.header.secretFile = file.path
        let settings = changed
        let time = SetTime()
        let log = LogRecorder()
        func names(_ hidden: Set<String>) throws -> ProvenNames {
            let shelf = AuthenticatorShelf(
                settings: { [settings] },
                origin: { "" },
                http: .shared,
                openBIS: OpenBISConnections(),
                privateFields: hidden,
            )
            return ProvenNames(
                store: try Store.inMemory(),
                shelf: shelf,
                now: { time.date.withLock { $0 } },
                logger: log.logger
            )
        }
        let hidden = Set(settings.header.fields.map { $0.lowercased() })
        let proven = try names(hidden)
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name("X-Remote-User"))] = "ada"
        for second in [0, 1, 59, 60, 119.0] {
            time.date.withLock { $0 = Date(timeIntervalSince1970: second) }
            #expect(proven.people(in: headers).isEmpty)
        }
        #expect(log.lines.entries.filter { $0.contains("signIn.headerUnproven") }.count == 2)
        headers[try #require(HTTPField.Name("X-Carrel-Secret"))] = Self.secret
        #expect(proven.people(in: headers).keys.sorted() == ["portal"])
        // A proxy that would show servers the secret isn't trusted with it.
        #expect(try names(hidden.subtracting(["x-mail"])).people(in: headers).isEmpty)
        #expect(log.lines.entries.contains { $0.contains("signIn.misconfigured") && $0.contains("next start") })
        #expect(!log.lines.entries.contains { $0.contains(Self.secret) })
    }
}

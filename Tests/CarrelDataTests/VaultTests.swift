import Foundation
import Testing

@testable import CarrelData

@Suite struct `The vault` {
    private static let secret = Data("open sesame".utf8)
    private static let source = "git:https://git.example.org"

    private func withVault(_ body: (Vault, String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "carrel-vault-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/vault.key"
        let vault = Vault(keyFile: path)
        #expect(try vault.prepare())
        try await body(vault, path)
    }

    @Test func `gives back what it was given, to the same user and source only`() async throws {
        try await withVault { vault, _ in
            let sealed = try vault.seal(Self.secret, of: 7, for: Self.source)
            #expect(try vault.open(sealed, of: 7, for: Self.source) == Self.secret)
            #expect(sealed.range(of: Self.secret) == nil)
            #expect(throws: VaultError.damaged) { try vault.open(sealed, of: 8, for: Self.source) }
            #expect(throws: VaultError.damaged) { try vault.open(sealed, of: 7, for: Self.source + "x") }
            #expect(try vault.seal(Self.secret, of: 7, for: Self.source) != sealed, "a nonce is used once")
        }
    }

    @Test func `notices each changed or missing byte`() async throws {
        try await withVault { vault, _ in
            let sealed = try vault.seal(Self.secret, of: 7, for: Self.source)
            for index in sealed.indices {
                var changed = sealed
                changed[index] ^= 1
                #expect(throws: VaultError.self) { try vault.open(changed, of: 7, for: Self.source) }
                #expect(throws: VaultError.self) { try vault.open(sealed.prefix(index), of: 7, for: Self.source) }
            }
        }
    }

    @Test func `has a file of keys that only its owner reads, and is made once`() async throws {
        try await withVault { vault, path in
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            #expect(facts[.posixPermissions] as? Int == 0o600)
            let before = FileManager.default.contents(atPath: path)
            #expect(try !vault.prepare())
            #expect(FileManager.default.contents(atPath: path) == before)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            #expect(throws: VaultError.self) { try vault.seal(Self.secret, of: 7, for: Self.source) }
        }
    }

    @Test func `says that a key is gone, and never crashes over a strange file`() async throws {
        try await withVault { vault, path in
            let sealed = try vault.seal(Self.secret, of: 7, for: Self.source)
            try FileManager.default.removeItem(atPath: path)
            #expect(throws: VaultError.self) { try vault.open(sealed, of: 7, for: Self.source) }
            #expect(try vault.prepare())
            #expect(throws: VaultError.keyLost) { try vault.open(sealed, of: 7, for: Self.source) }
            for text in ["", "\n", "x", "0123456789", "00000000 AAAA\n", "# nothing\n"] {
                try Data(text.utf8).write(to: URL(filePath: path))
                #expect(throws: VaultError.self, "\(text)") { try vault.prepare() }
                #expect(throws: VaultError.self) { try vault.open(sealed, of: 7, for: Self.source) }
            }
        }
    }

    @Test func `encrypts all anew, and reads the old until then and a while longer`() async throws {
        try await withVault { vault, path in
            let old = try (1...3).map { user in
                Vault.Sealed(
                    user: user,
                    source: Self.source,
                    bytes: try vault.seal(Self.secret, of: user, for: Self.source),
                )
            }
            let lost = Vault.Sealed(user: 4, source: Self.source, bytes: Data("nonsense".utf8))
            var new: [Int: Data] = [:]
            let result = try await vault.rotate(old + [lost]) { new[$0] = $1 }
            #expect(result.renewed == 3 && result.lost == 1 && new.count == 3)
            for (index, bytes) in new {
                #expect(bytes.prefix(5) != old[index].bytes.prefix(5), "another key")
                #expect(try vault.open(bytes, of: old[index].user, for: Self.source) == Self.secret)
                #expect(try vault.open(old[index].bytes, of: old[index].user, for: Self.source) == Self.secret)
            }
            let renewed = new.map { Vault.Sealed(user: old[$0.key].user, source: Self.source, bytes: $0.value) }
            _ = try await vault.rotate(renewed) { _, _ in }
            #expect(throws: VaultError.keyLost) { try vault.open(old[0].bytes, of: 1, for: Self.source) }
            #expect(try vault.open(renewed[0].bytes, of: renewed[0].user, for: Self.source) == Self.secret)
            #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 4)
        }
    }
}

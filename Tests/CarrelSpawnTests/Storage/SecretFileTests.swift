import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `A secret in a home` {
    @Test func `is in a file that only its user can read, without anything else`() throws {
        try withHome { home, secret in
            try secret.put(Data("first".utf8))
            try secret.put(Data("second".utf8))

            #expect(try String(contentsOfFile: "\(home)/.pybis/host.token", encoding: .utf8) == "second")
            #expect(try mode(of: "\(home)/.pybis/host.token") == 0o600)
            #expect(try mode(of: "\(home)/.pybis") == 0o700)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/.pybis") == ["host.token"])
        }
    }

    @Test func `closes a folder that was open to others, and leaves what is in it`() throws {
        try withHome { home, secret in
            try FileManager.default.createDirectory(atPath: "\(home)/.pybis", withIntermediateDirectories: true)
            #expect(chmod("\(home)/.pybis", 0o755) == 0)
            try "own".write(toFile: "\(home)/.pybis/other.token", atomically: false, encoding: .utf8)

            try secret.put(Data("token".utf8))

            #expect(try mode(of: "\(home)/.pybis") == 0o700)
            #expect(try String(contentsOfFile: "\(home)/.pybis/other.token", encoding: .utf8) == "own")
        }
    }

    @Test func `replaces a link in its place, and writes through none`() throws {
        try withHome { home, secret in
            try FileManager.default.createDirectory(atPath: "\(home)/.pybis", withIntermediateDirectories: true)
            try "mine".write(toFile: "\(home)/notes", atomically: false, encoding: .utf8)
            #expect(symlink("../notes", "\(home)/.pybis/host.token") == 0)

            try secret.put(Data("token".utf8))

            #expect(try String(contentsOfFile: "\(home)/notes", encoding: .utf8) == "mine")
            #expect(try String(contentsOfFile: "\(home)/.pybis/host.token", encoding: .utf8) == "token")
        }
    }

    @Test func `goes into no folder behind a link`() throws {
        try withHome { home, secret in
            try FileManager.default.createDirectory(atPath: "\(home)/elsewhere", withIntermediateDirectories: true)
            #expect(symlink("elsewhere", "\(home)/.pybis") == 0)

            #expect(throws: SystemFailure.self) { try secret.put(Data("token".utf8)) }
            #expect(throws: SystemFailure.self) { try secret.put(nil) }

            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/elsewhere").isEmpty)
        }
    }

    @Test func `leaves nothing when it can't be put there`() throws {
        try withHome { home, secret in
            let place = "\(home)/.pybis/host.token/folder"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)

            #expect(throws: SystemFailure.self) { try secret.put(Data("token".utf8)) }

            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/.pybis") == ["host.token"])
        }
    }

    @Test func `is removed, and not missed where it never was`() throws {
        try withHome { home, secret in
            try secret.put(nil)
            #expect(!FileManager.default.fileExists(atPath: "\(home)/.pybis"))
            try secret.put(Data("token".utf8))
            try secret.put(nil)
            try secret.put(nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/.pybis").isEmpty)
        }
    }
}

private func mode(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}

private func withHome(_ body: (_ home: String, _ secret: SecretFile) throws -> Void) throws {
    try withScratchFolder { home in
        let folder = try Descriptor(opening: home, O_RDONLY | O_DIRECTORY)
        try body(home, SecretFile(home: folder, folder: ".pybis", name: "host.token"))
    }
}

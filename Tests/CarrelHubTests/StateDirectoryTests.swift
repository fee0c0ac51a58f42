import CarrelAuth
import CarrelModel
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The state directory` {
    @Test func `its folders can be entered by servers and read by nobody else`() async throws {
        try await withFolder { folder in
            let state = StateDirectory(path: folder + "/state")
            try state.prepare()
            let expected = [
                (state.path, 0o711), (state.run, 0o711), (state.hubDirectory, 0o755),
                (state.logs, 0o700),
                (state.serverLogs, 0o700), (state.serverRun, 0o700), (state.path + "/secrets", 0o700),
            ]
            for (path, mode) in expected { #expect(try self.mode(of: path) == mode, "\(path)") }
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: state.logs)
            try state.prepare()
            #expect(try mode(of: state.logs) == 0o700, "a second time mends it")
        }
    }

    @Test func `secrets are made once, private, and the same ever after`() async throws {
        try await withFolder { folder in
            let state = StateDirectory(path: folder)
            try state.prepare()
            let key = try state.hubKey()
            let token = try state.proxyToken().reveal()
            let again = StateDirectory(path: folder)
            try again.prepare()
            let sameKey = try again.hubKey()
            #expect(XSRFMark.of(sameKey) == XSRFMark.of(key))
            #expect(try again.proxyToken().reveal() == token)
            for name in ["hub.key", "proxy.token"] { #expect(try mode(of: folder + "/secrets/\(name)") == 0o600) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/secrets").count == 2)
        }
    }

    @Test func `two directories have different secrets`() async throws {
        try await withFolder { folder in
            let states = ["/a", "/b"].map { StateDirectory(path: folder + $0) }
            for state in states { try state.prepare() }
            #expect(try states[0].proxyToken().reveal() != states[1].proxyToken().reveal())
            #expect(try XSRFMark.of(states[0].hubKey()) != XSRFMark.of(states[1].hubKey()))
        }
    }

    @Test(arguments: [("hub.key", "tiny"), ("proxy.token", "no token, but words\n")])
    func `a secret that was spoilt is refused by name, never replaced`(name: String, content: String) async throws {
        try await withFolder { folder in
            let state = StateDirectory(path: folder)
            try state.prepare()
            let path = folder + "/secrets/" + name
            try Data(content.utf8).write(to: URL(filePath: path))
            do {
                _ = name == "hub.key" ? try XSRFMark.of(state.hubKey()) : try state.proxyToken().reveal()
                Issue.record("A spoilt secret was taken.")
            } catch let error as HubError {
                #expect(error.message.contains(path))
                #expect(!error.message.contains(content))
            }
            #expect(FileManager.default.contents(atPath: path) == Data(content.utf8))
        }
    }

    @Test func `a draft that a crash left is no secret`() async throws {
        try await withFolder { folder in
            let state = StateDirectory(path: folder)
            try state.prepare()
            try Data("half".utf8).write(to: URL(filePath: folder + "/secrets/proxy.token.new"))
            try Data().write(to: URL(filePath: folder + "/secrets/proxy.token"))
            #expect(try state.proxyToken().reveal().count == 64)
            #expect(try mode(of: folder + "/secrets/proxy.token") == 0o600)
        }
    }

    @Test func `a file in the place of the directory is refused by name`() async throws {
        try await withFolder { folder in
            try Data().write(to: URL(filePath: folder + "/state"))
            do {
                try StateDirectory(path: folder + "/state").prepare()
                Issue.record("A file was taken for a directory.")
            } catch let error as HubError {
                #expect(error.code == "hub.stateUnusable")
                #expect(error.message.contains(folder + "/state"))
            }
        }
    }

    @Test func `a second hub is refused while the first one holds the lock`() async throws {
        try await withFolder { folder in
            let state = StateDirectory(path: folder)
            try state.prepare()
            #expect(HubLock.holder(of: state) == nil)
            do {
                let first = try HubLock(state)
                #expect(throws: HubError.stateInUse(path: folder)) { try HubLock(state) }
                #expect(HubLock.holder(of: state) == getpid())
                #expect(try mode(of: state.lock) == 0o600)
                withExtendedLifetime(first) {}
            }
            #expect(HubLock.holder(of: state) == nil, "what a dead hub wrote doesn't count")
            _ = try HubLock(state)
        }
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

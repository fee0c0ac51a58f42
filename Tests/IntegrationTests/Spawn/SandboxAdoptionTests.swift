import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(.enabled(if: access("/usr/bin/bwrap", X_OK) == 0), .timeLimit(.minutes(5))) struct `After the death of a hub` {
    @Test func `its server is found, answers, and can be stopped`() async throws {
        try await withSandbox { sandbox in
            let said = try Hub.run(sandbox, dieAt: nil)
            #expect(said.hasPrefix("ready"), "\(said)")

            let found = await sandbox.spawner.find(id: "a")
            let server = try #require(found)

            #expect(server.servicePrefix == "/user/tester/")
            #expect(try sandbox.shell("echo alive", in: server) == "alive\n")
            try await sandbox.spawner.waitUntilReady(server, within: .seconds(90))
            async let exit = sandbox.spawner.waitForExit(server)
            try await sandbox.spawner.stop(id: "a", grace: .seconds(60))
            #expect(try await [nil, 128 + SIGTERM].contains(exit.code))
            #expect(sandbox.processes().isEmpty)
        }
    }

    @Test(arguments: ["preparing", "enteringSandbox", "running"])
    func `killed in the middle of a start, the server is found and answers, or is gone`(step: String) async throws {
        try await withSandbox { sandbox in
            _ = try Hub.run(sandbox, dieAt: step)

            let found = await sandbox.spawner.find(id: "a")

            if let found {
                try await sandbox.spawner.waitUntilReady(found, within: .seconds(90))
                #expect(try sandbox.shell("echo alive", in: found) == "alive\n")
            } else {
                #expect(sandbox.processes().isEmpty)
                #expect(!FileManager.default.fileExists(atPath: "\(sandbox.runDirectory)/a"))
            }
            #expect((found != nil) == (step == "running"))
            if found == nil { _ = try await sandbox.ready(sandbox.order()) }
        }
    }

    @Test func `a process that got a dead server's number isn't taken for it, nor harmed`() async throws {
        try await withSandbox { sandbox in
            let innocent = Process()
            innocent.executableURL = URL(filePath: "/usr/bin/sleep")
            innocent.arguments = ["600"]
            try innocent.run()
            defer {
                kill(innocent.processIdentifier, SIGKILL)
                innocent.waitUntilExit()
            }
            let boot = processFile("sys/kernel/random/boot_id")
            #expect(!boot.isEmpty)
            let pid = innocent.processIdentifier
            let namespace = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid").filter(
                \.isNumber
            )
            try sandbox.leave(
                status: """
                    {"boot-id":"\(boot.filter { $0 != "\n" })","service-prefix":"/","started-at":1,"owner":20001}
                    { "monitor-pid": \(pid) }
                    { "child-pid": \(pid), "pid-namespace": \(namespace) }

                    """
            )

            #expect(await sandbox.spawner.find(id: "a") == nil)
            #expect(innocent.isRunning)
            #expect(!FileManager.default.fileExists(atPath: "\(sandbox.runDirectory)/a"))
        }
    }

    @Test(arguments: [
        "", "{\"boot-id\":\"of another day\"}\n{ \"monitor-pid\": 4194304 }\n{ \"child-pid\": 4194304 }\n", nil,
    ])
    func `leftovers of any kind are cleared away, a socket too`(status: String?) async throws {
        try await withSandbox { sandbox in
            try sandbox.leave(status: status)
            try "x".write(toFile: "\(sandbox.runDirectory)/a/socket", atomically: false, encoding: .utf8)
            #expect(await sandbox.spawner.find(id: "a") == nil)
            #expect(!FileManager.default.fileExists(atPath: "\(sandbox.runDirectory)/a"))
            try sandbox.leave(status: status)
            _ = try await sandbox.ready(sandbox.order())
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `a hub of an ordinary user works too, in a weaker sandbox`() async throws {
        try await withSandbox { sandbox in
            chmod(sandbox.folder, 0o777)
            let said = try Hub.run(sandbox, dieAt: nil, asUser: 65534, stops: true)
            #expect(said.hasPrefix("ready"), "\(said)")
            #expect(sandbox.processes().isEmpty)
        }
    }
}

/// A hub in a process of its own (see `Tests/SpawnTrial`), which starts the tiny server `a`.
enum Hub {
    static func run(_ sandbox: SandboxFixture, dieAt: String?, asUser: UInt32? = nil, stops: Bool = false) throws
        -> String
    {
        let home =
            if asUser == nil { try sandbox.order().home } else { "\(sandbox.folder)/homes/default/own" }
        var trial: [String: Any] = [
            "runDirectory": sandbox.options.runDirectory, "logDirectory": sandbox.options.logDirectory, "id": "a",
            "home": home, "hubDirectory": "\(sandbox.folder)/hub", "folder": "\(sandbox.folder)/trial",
            "command": ["/usr/bin/python3", "/opt/trial/tiny_server.py"], "variables": [:], "stops": stops,
        ]
        trial["dieAt"] = dieAt
        trial["uid"] = asUser == nil ? SandboxFixture.account?.uid : nil
        let program = try Self.program(copiedTo: sandbox.folder)
        let process = Process()
        process.executableURL = URL(filePath: program)
        if let asUser {
            let script = "mkdir -p \(home) \(sandbox.options.runDirectory) && exec \(program)"
            process.executableURL = URL(filePath: "/usr/bin/setpriv")
            process.arguments = ["--reuid=\(asUser)", "--regid=\(asUser)", "--clear-groups", "/bin/sh", "-c", script]
        }
        // Files, not pipes: the tiny hub may die at any moment, and what it started must not hold on to its output.
        let input = "\(sandbox.folder)/trial.json"
        let output = "\(sandbox.folder)/said"
        try JSONSerialization.data(withJSONObject: trial).write(to: URL(filePath: input))
        try Data().write(to: URL(filePath: output))
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        try process.run()
        process.waitUntilExit()
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    /// The built `spawn-trial`, copied to where every user can reach it.
    ///
    /// By a process of its own: if this one wrote the file, a program that another test starts at that moment would
    /// hold it open for writing for an instant, and it couldn't be run ("Text file busy").
    private static func program(copiedTo folder: String) throws -> String {
        let built = ["spawn-trial", "carrel-log"].map { SandboxFixture.built($0) }
        let copy = "\(folder)/spawn-trial"
        if !FileManager.default.fileExists(atPath: copy) {
            let copying = try Process.run(URL(filePath: "/bin/cp"), arguments: built + [folder])
            copying.waitUntilExit()
            try #require(copying.terminationStatus == 0)
        }
        return copy
    }
}

extension SandboxFixture {
    /// Makes a run directory as a hub leaves it that was killed.
    fileprivate func leave(status: String?) throws {
        let folder = "\(runDirectory)/a"
        try FileManager.default.createDirectory(atPath: "\(folder)/server", withIntermediateDirectories: true)
        try status?.write(toFile: "\(folder)/status", atomically: false, encoding: .utf8)
    }
}

import CarrelModel
import CarrelSpawn
import CarrelTestSupport
import Foundation
import Glibc
import Testing

@Suite(.enabled(if: access("/usr/bin/bwrap", X_OK) == 0), .timeLimit(.minutes(5))) struct `The sandbox spawner` {
    @Test func `starts a server that answers, and leaves nothing when it is stopped`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell("echo hello", in: server) == "hello\n")
            #expect(!sandbox.processes().isEmpty)

            try await sandbox.spawner.stop(id: "a", grace: .seconds(60))

            #expect(sandbox.processes().isEmpty)
            #expect(sandbox.runs == [])
            #expect(await sandbox.spawner.find(id: "a") == nil)
            try await sandbox.spawner.stop(id: "a", grace: .zero)
        }
    }

    @Test func `tells its progress in order`() async throws {
        try await withSandbox { sandbox in
            let (steps, continuation) = AsyncStream.makeStream(of: SpawnProgress.self)
            _ = try await sandbox.spawner.start(sandbox.order()) { continuation.yield($0) }
            continuation.finish()
            #expect(await steps.reduce(into: []) { $0.append($1) } == SpawnProgress.allCases)
        }
    }

    @Test func `starts the same server again after a stop, with its home as it was`() async throws {
        try await withSandbox { sandbox in
            let first = try await sandbox.ready(sandbox.order())
            _ = try sandbox.shell("echo kept > ~/file; echo gone > /tmp/file", in: first)
            try await sandbox.spawner.stop(id: "a", grace: .seconds(60))
            let second = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell("cat ~/file; ls /tmp", in: second) == "kept\n")
        }
    }

    @Test func `kills a server that ignores SIGTERM when its grace is over`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order("ignore"))
            async let exit = sandbox.spawner.waitForExit(server)
            try await sandbox.spawner.stop(id: "a", grace: .milliseconds(100))
            #expect(sandbox.processes().isEmpty)
            #expect(try await exit.code == nil)
        }
    }

    @Test func `lets a server end by itself when it is asked to`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            async let exit = sandbox.spawner.waitForExit(server)
            await Task.yield()
            let other = Task { try await sandbox.spawner.waitForExit(server) }
            _ = try sandbox.shell("kill -TERM 2", in: server)
            #expect(try await exit.code == 128 + SIGTERM)
            #expect(try await other.value.code == 128 + SIGTERM)
        }
    }

    @Test func `tells a dying server's last words at once`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.started(sandbox.order("die"))
            await #expect(throws: SpawnError.ended("a", code: 7, log: "my last words")) {
                try await sandbox.spawner.waitUntilReady(server, within: .seconds(90))
            }
            #expect(await sandbox.spawner.recentLog(id: "a", lines: 5) == ["my last words"])
            #expect(await sandbox.spawner.find(id: "a") == nil)
        }
    }

    @Test func `gives up on a server that accepts and never answers`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.started(sandbox.order("mute"))
            await #expect(throws: SpawnError.silent("a", after: .milliseconds(700))) {
                try await sandbox.spawner.waitUntilReady(server, within: .milliseconds(700))
            }
            #expect(await sandbox.spawner.find(id: "a") == server)
        }
    }

    @Test func `doesn't follow a server's link to the socket of another`() async throws {
        try await withSandbox { sandbox in
            let victim = try await sandbox.ready(sandbox.order(id: "victim"))
            guard case .unixSocket(let path) = victim.address else { return }
            var order = try sandbox.order("link")
            order.command.append(path)
            let server = try await sandbox.started(order)
            let error = await #expect(throws: SpawnError.self) {
                try await sandbox.spawner.waitUntilReady(server, within: .seconds(90))
            }
            #expect(error?.code == "spawn.falseSocket")
        }
    }

    @Test func `ends what a server leaves running`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order("orphan"))
            _ = try sandbox.shell("kill -9 2", in: server)
            let exit = try await sandbox.spawner.waitForExit(server)
            #expect(exit.code == 128 + SIGKILL)
            #expect(sandbox.processes().isEmpty)
        }
    }

    @Test func `ends the sandbox when somebody kills its watcher`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            kill(try #require(server.state.handle.flatMap { Int32($0) }), SIGKILL)
            #expect(try await sandbox.spawner.waitForExit(server).code == nil)
            #expect(sandbox.processes().isEmpty)
        }
    }

    @Test(arguments: [SpawnProgress.preparing, .enteringSandbox, .running])
    func `leaves no process when its start is cancelled`(step: SpawnProgress) async throws {
        try await withSandbox { sandbox in
            let reached = Gate()
            let order = try sandbox.order()
            let start = Task {
                try await sandbox.spawner.start(order) { now in
                    if now == step {
                        withUnsafeCurrentTask { $0?.cancel() }
                        reached.open()
                    }
                }
            }
            await reached.passed()
            let result = await start.result
            if step == .running {
                // Too late to cancel: it runs, and is stopped like any other.
                #expect(throws: Never.self) { try result.get() }
                try await sandbox.spawner.stop(id: "a", grace: .zero)
            } else {
                #expect(throws: SpawnError.cancelled("a")) { try result.get() }
            }
            #expect(sandbox.processes().isEmpty)
            #expect(sandbox.runs == [])
        }
    }

    @Test func `starts a server once only`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            await #expect(throws: SpawnError.alreadyRunning("a")) { try await sandbox.started(sandbox.order()) }
            #expect(try sandbox.shell("echo still", in: server) == "still\n")
        }
    }

    @Test func `names the program that isn't there`() async throws {
        try await withSandbox { sandbox in
            var order = try sandbox.order()
            order.command = ["/usr/bin/no-such-program"]
            await #expect(throws: SpawnError.programNotFound(path: "/usr/bin/no-such-program")) {
                try await sandbox.started(order)
            }
        }
    }

    @Test func `repeats what bubblewrap says when it can't build the sandbox`() async throws {
        try await withSandbox { sandbox in
            var order = try sandbox.order()
            order.home = "\(sandbox.folder)/no-such-home"
            let error = await #expect(throws: SpawnError.self) {
                let server = try await sandbox.started(order)
                try await sandbox.spawner.waitUntilReady(server, within: .seconds(90))
            }
            #expect(error?.code == "spawn.sandboxRefused")
            #expect(error?.message.contains("no-such-home") == true)
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `doesn't start a server as root`() async throws {
        try await withSandbox { sandbox in
            var order = try sandbox.order()
            order.account = nil
            let error = await #expect(throws: SpawnError.self) { try await sandbox.started(order) }
            #expect(error?.code == "spawn.cannotBecome")
        }
    }

    @Test func `tells the doctor that it works here`() async throws {
        try await withSandbox { sandbox in
            let findings = await SandboxCheck.findings(options: sandbox.options)
            #expect(findings.map(\.subject).starts(with: ["bubblewrap", "user", "sandbox", "wall users"]))
            #expect(!findings.contains { $0.grade == .missing }, "\(findings)")
            #expect(sandbox.runs == [])
        }
    }
}

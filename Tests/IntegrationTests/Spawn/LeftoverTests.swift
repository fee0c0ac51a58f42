import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite(.enabled(if: geteuid() == 0, "walls need root"), .timeLimit(.minutes(5))) struct `What a dead hub has left` {
    @Test func `of servers that nobody wants is removed, and the others are left alone`() async throws {
        try await withSandbox { sandbox in
            let wanted = try await sandbox.ready(sandbox.order(id: "wanted"))
            for id in ["running", "killed", "halved"] { _ = try await sandbox.ready(sandbox.order(id: id)) }
            for id in ["killed", "halved"] { try await sandbox.kill(id) }
            umount2("\(sandbox.runDirectory)/halved/io", Int32(MNT_DETACH))
            try FileManager.default.removeItem(atPath: "\(sandbox.runDirectory)/halved")
            #expect(sandbox.groups == ["halved", "killed", "running", "wanted"])

            let next = try SandboxSpawner(options: sandbox.options)
            let removed = await next.removeLeftovers(but: ["wanted", "another"])

            #expect(removed.keys.sorted() == ["halved", "killed", "running"])
            #expect(removed.values.allSatisfy { $0 == nil }, "\(removed)")
            #expect(sandbox.runs == ["wanted"])
            #expect(sandbox.groups == ["wanted"])
            #expect(try sandbox.shell("echo alive", in: wanted) == "alive\n")
            #expect(try await sandbox.hasOneCableOnly())
            #expect(await next.removeLeftovers(but: ["wanted"]).isEmpty)
        }
    }
}

@Suite(
    .enabled(if: geteuid() == 0 && access("/usr/sbin/nft", X_OK) == 0, "namespaces need root"),
    .timeLimit(.minutes(5)),
) struct `The rules of the servers' network` {
    /// In a network namespace of the test's own: the machine's firewall is nobody's to flush.
    @Test func `are put back when a firewall flushes or changes them`() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["--net", SandboxFixture.built("spawn-trial"), "network"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            said == """
                untouched: fine
                a new connection: fine
                flushed: nft's table inet carrel_crtrial was gone
                as before: true
                opened: nft's table inet carrel_crtrial was changed
                as before: true
                untouched: fine
                other rules: fine
                as before: false

                """
        )
    }
}

extension SandboxFixture {
    /// The ids of the control groups of this spawner's servers.
    fileprivate var groups: [String] {
        let roots = processFile("self/mountinfo").split(separator: "\n")
            .filter { $0.contains(" - cgroup ") || $0.contains(" - cgroup2 ") }
            .compactMap { $0.split(separator: " ").dropFirst(4).first.map(String.init) }
        let names = roots.flatMap { root in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/carrel-\(spawner.mark)")) ?? [])
                .filter { access("\(root)/carrel-\(spawner.mark)/\($0)/cgroup.procs", F_OK) == 0 }
        }
        return Set(names).sorted()
    }

    /// Waits until one server's cable is left: the kernel removes a network some time after its last process.
    fileprivate func hasOneCableOnly() async throws -> Bool {
        for _ in 0..<600 {
            let devices = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")
            if devices.count(where: { $0.hasPrefix("cr\(spawner.mark)-") }) == 1 { return true }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Kills all of a server, as a crash of the machine's would that leaves the run directory.
    fileprivate func kill(_ id: String) async throws {
        let pids = processes().filter { processFile("\($0)/mountinfo").contains("/homes/default/\(id) ") }
        try #require(!pids.isEmpty)
        let status = try String(contentsOfFile: "\(runDirectory)/\(id)/status", encoding: .utf8)
        let monitor = status.firstMatch(of: /"monitor-pid": *([0-9]+)/).flatMap { Int32($0.1) }
        let all = (pids + [monitor].compactMap { $0 }).compactMap { ProcessHandle(pid: $0) }
        for process in all { process.send(SIGKILL) }
        let reactor = try Reactor()
        for process in all { try await reactor.readable(process.descriptor) }
    }
}

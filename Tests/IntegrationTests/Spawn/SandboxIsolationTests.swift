import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(.enabled(if: access("/usr/bin/bwrap", X_OK) == 0), .timeLimit(.minutes(5))) struct `Inside a sandbox` {
    @Test func `a server sees its own processes only`() async throws {
        try await withServer { inside in
            let pids = try inside.shell("ls /proc | grep -E '^[0-9]+$'").split(separator: "\n").compactMap { Int($0) }
            #expect(pids.contains(2))
            #expect(pids.count < 10)
        }
    }

    @Test func `there is nobody else's home, and nothing of the hub's state`() async throws {
        try await withSandbox { sandbox in
            _ = try sandbox.order(id: "somebody")
            let server = try await sandbox.ready(sandbox.order())
            let names = try sandbox.shell(
                "ls -d /home/* /run/*/* /root /var/* /srv /mnt /opt/* \(sandbox.folder)",
                in: server
            )
            let found = names.split(separator: "\n").filter { $0.hasPrefix("/") }
            #expect(
                Set(found)
                    == Set([
                        "/home/tester", "/opt/trial", "/run/carrel/hub", "/run/carrel/server",
                        "/run/user/\(SandboxFixture.account?.uid ?? geteuid())", "/var/tmp",
                    ]).union(geteuid() == 0 ? ["/var/cache", "/var/lib", "/var/log", "/var/spool"] : [])
            )
        }
    }

    @Test(arguments: ["/", "/usr", "/etc", "/dev", "/run", "/opt/trial", "/run/carrel/hub", "/home"])
    func `the system is read-only`(folder: String) async throws {
        try await withServer { inside in
            let said = try inside.shell("touch \(folder)/x 2>&1; ls \(folder)")
            #expect(said.contains("Read-only file system"))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "the layer needs root"))
    func `what it sees in /etc is the same with the throw-away layer as without, and all read-only`() async throws {
        let files = "/etc/passwd /etc/group /etc/nsswitch.conf /etc/hosts"
        let look = "stat -L -c '%A %U %G %n' /etc/* | sort; cat \(files)"
        var seen: [String] = []
        for walls in [[], [.layer]] as [Set<Wall>] {
            try await withSandbox {
                $0.leaveOut = walls
            } _: { sandbox in
                let server = try await sandbox.ready(sandbox.order())
                seen.append(try sandbox.shell(look, in: server))
                let mounts = try sandbox.shell("grep -E ' /etc[ /]' /proc/self/mountinfo", in: server)
                    .split(separator: "\n").map { $0.split(separator: " ")[5] }
                #expect(mounts.count > 5)
                #expect(mounts.allSatisfy { $0.hasPrefix("ro,nosuid,nodev") }, "\(mounts)")
            }
        }
        #expect(seen[0] == seen[1])
        #expect(seen[0].contains("tester:x:"))
    }

    @Test func `home and temporary folders are the server's own`() async throws {
        try await withServer { inside in
            let made = try inside.shell("touch ~/x /tmp/x /var/tmp/y /dev/shm/x $XDG_RUNTIME_DIR/x && ls /tmp")
            #expect(made == "x\ny\n")
            let said = try inside.shell("whoami; pwd; echo $HOME")
            #expect(said == "tester\n/home/tester\n/home/tester\n")
        }
    }

    @Test func `no right is left and none can be gained`() async throws {
        try await withServer { inside in
            let status = try inside.shell("grep -E '^(Cap|NoNewPrivs)' /proc/self/status | tr -d '\\t'").split(
                separator: "\n"
            )
            #expect(status.contains("NoNewPrivs:1"))
            for line in status where line.hasPrefix("Cap") && (geteuid() == 0 || !line.hasPrefix("CapBnd")) {
                #expect(line.hasSuffix(":0000000000000000"), "\(line)")
            }
        }
    }

    @Test func `only the server's own variables are there, and its descriptors`() async throws {
        try await withServer(variables: ["TOKEN": "sesame"]) { inside in
            let names = try inside.shell("tr '\\0' '\\n' < /proc/2/environ | cut -d= -f1 | sort").split(separator: "\n")
            #expect(
                Set(names) == [
                    "HOME", "JUPYTER_RUNTIME_DIR", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TMPDIR", "TOKEN", "USER",
                    "XDG_RUNTIME_DIR",
                ]
            )
            let descriptors = try inside.shell("readlink /proc/2/fd/* | grep -v -E 'socket|pipe|/dev/null|/logs/'")
            #expect(descriptors == "")
        }
    }

    @Test func `a server has its groups and no others`() async throws {
        try await withSandbox { sandbox in
            var order = try sandbox.order()
            order.account?.groups = [UnixGroup(name: "ecology", gid: 30001)]
            let server = try await sandbox.ready(order)
            let groups = try sandbox.shell("id -G", in: server)
            if geteuid() == 0 { #expect(groups == "20001 30001\n") }
        }
    }

    @Test func `a token shows in no argument list, outside or inside`() async throws {
        try await withSandbox { sandbox in
            let token = "sesame-\(UUID())"
            let server = try await sandbox.ready(sandbox.order(variables: ["TOKEN": token]))
            let script = "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'"

            #expect(try sandbox.shell("echo $TOKEN", in: server) == token + "\n")
            #expect(try !sandbox.shell(script, in: server).contains(token))
            let everybody = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
            #expect(everybody.contains(try #require(server.state.handle)))
            #expect(!everybody.contains { processFile("\($0)/cmdline").contains(token) })
        }
    }

    @Test(arguments: ["spaces and ‘quotes’", "line\nbreak", "--bind / /", "$HOME `id`", "ünï", ""])
    func `odd values arrive as they are`(value: String) async throws {
        try await withServer(variables: ["ODD": value]) { inside in
            let printed = try inside.shell("printf %s \"$ODD\"")
            #expect(printed == value)
        }
    }

    /// A server that answers, and what can be asked of it.
    private struct Inside {
        let sandbox: SandboxFixture
        let server: RunningServer

        func shell(_ script: String) throws -> String { try sandbox.shell(script, in: server) }
    }

    private func withServer(variables: [String: String] = [:], _ body: (Inside) throws -> Void) async throws {
        try await withSandbox { sandbox in
            try body(Inside(sandbox: sandbox, server: try await sandbox.ready(sandbox.order(variables: variables))))
        }
    }
}

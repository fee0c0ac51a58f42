import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

/// What keeps a server in, each with the same try where the wall is left out, so that the try proves something.
@Suite(.enabled(if: geteuid() == 0, "walls need root"), .timeLimit(.minutes(5))) struct `Walls around a server` {
    // MARK: - Limits

    @Test func `a program that takes too much memory is killed, and the server lives`() async throws {
        let hog = "python3 -c 'x = bytearray(300 << 20)' ; echo ended with $?"
        try await withSandbox { sandbox in
            let limits = ResourceLimits(memory: ByteCount(bytes: 150 << 20))
            let server = try await sandbox.ready(sandbox.order(limits: limits))
            #expect(try sandbox.shell(hog, in: server).contains("ended with 137"))
            #expect(try sandbox.shell("echo still there", in: server) == "still there\n")
            let usage = try #require(await sandbox.spawner.usage(id: "a"))
            // The kernel counts every process it kills, and may take a second one before the first is gone.
            #expect(usage.memoryKills >= 1)
            #expect(usage.memoryLimit == ByteCount(bytes: 150 << 20))
            #expect((usage.memory?.bytes ?? 0) > 1 << 20)
            #expect((usage.processorTime ?? .zero) > .zero)
        }
        try await withSandbox {
            $0.leaveOut = [.limits]
        } _: { sandbox in
            let limits = ResourceLimits(memory: ByteCount(bytes: 150 << 20))
            let server = try await sandbox.ready(sandbox.order(limits: limits))
            #expect(try sandbox.shell(hog, in: server).contains("ended with 0"))
            #expect(await sandbox.spawner.usage(id: "a") == nil)
        }
    }

    @Test func `what is in the temporary folder counts as memory`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(
                sandbox.order(limits: ResourceLimits(memory: ByteCount(bytes: 150 << 20)))
            )
            let said = try sandbox.shell("head -c 300M /dev/zero > /tmp/x; echo $?; stat -c %s /tmp/x", in: server)
            #expect(!said.contains("\(300 << 20)"))
            #expect((await sandbox.spawner.usage(id: "a"))?.memoryKills ?? 0 >= 1)
        }
    }

    @Test func `processes run out, of one server only`() async throws {
        let bomb = "for i in $(seq 80); do sleep 600 >/dev/null 2>&1 & done 2>&1; echo bomb over"
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order(limits: ResourceLimits(processes: 40)))
            #expect(try sandbox.shell(bomb, in: server).lowercased().contains("fork"))
            #expect((await sandbox.spawner.usage(id: "a"))?.processLimit == 40)
            let other = try await sandbox.ready(sandbox.order(id: "b"))
            #expect(try sandbox.shell("echo fine", in: other) == "fine\n")
        }
    }

    @Test func `no more files than allowed can be open, and the limit can't be raised`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order(limits: ResourceLimits(openFiles: 300)))
            #expect(
                try sandbox.shell("ulimit -n; ulimit -Hn; ulimit -n 301 2>&1 | wc -l", in: server) == "300\n300\n1\n"
            )
        }
    }

    @Test func `the processor limit holds from the first answer on`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.started(sandbox.order(limits: ResourceLimits(processors: 0.5)))
            #expect((await sandbox.spawner.usage(id: "a"))?.processorLimit == nil)
            try await sandbox.spawner.waitUntilReady(server, within: .seconds(90))
            #expect((await sandbox.spawner.usage(id: "a"))?.processorLimit == 0.5)
        }
    }

    @Test func `a server sees its own limits, and can't change them`() async throws {
        try await withSandbox { sandbox in
            let limits = ResourceLimits(memory: ByteCount(bytes: 200 << 20), processors: 1.5)
            let server = try await sandbox.ready(sandbox.order(limits: limits))
            let file = try sandbox.shell(
                "ls /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes",
                in: server
            )
            .split(separator: "\n").first { $0.hasPrefix("/sys") }
            let path = try #require(file)
            #expect(try sandbox.shell("cat \(path)", in: server) == "\(200 << 20)\n")
            #expect(try sandbox.shell("echo 1 2>&1 > \(path) || echo refused", in: server).contains("refused"))
            #expect(try sandbox.shell("echo $MEM_LIMIT $CPU_LIMIT", in: server) == "\(200 << 20) 1.5\n")
        }
    }

    // MARK: - Network

    @Test func `what listens on this machine isn't reached`() async throws {
        let listener = try Listener()
        let attempt =
            "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", \(listener.port)), 3)' 2>&1 && echo in"
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(!(try sandbox.shell(attempt, in: server)).contains("in\n"))
            for address in Listener.hostAddresses + ["10.78.0.1", "169.254.169.254"] {
                let said = try sandbox.shell(attempt.replacing("127.0.0.1", with: address), in: server)
                #expect(!said.hasSuffix("in\n"), "\(address)")
            }
        }
        try await withSandbox {
            $0.leaveOut = [.network]
        } _: { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell(attempt, in: server).hasSuffix("in\n"))
        }
    }

    @Test func `one server doesn't reach another`() async throws {
        try await withSandbox { sandbox in
            let one = try await sandbox.ready(sandbox.order())
            let other = try await sandbox.ready(sandbox.order(id: "b"))
            let address = try sandbox.shell(
                "python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
                    + " s.connect((\"192.0.2.1\", 9)); print(s.getsockname()[0])'",
                in: other
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(address.hasPrefix("10.78."))
            // It says a line once it listens.
            let listen = "mkfifo /tmp/up; nohup python3 -u -m http.server 8000 >/tmp/up 2>/dev/null & head -n 1 /tmp/up"
            #expect(try sandbox.shell(listen, in: other).hasPrefix("Serving"))
            let attempt = "python3 -c 'import socket; socket.create_connection((\"\(address)\", 8000), 2)' && echo in"
            #expect(try sandbox.shell(attempt, in: other) == "in\n")
            #expect(try sandbox.shell(attempt + " 2>&1", in: one) != "in\n")
        }
    }

    // MARK: - The throw-away layer

    @Test func `what is written over the system is there until the stop, and no longer`() async throws {
        let write =
            "for f in /usr/local/bin /opt /var/lib; do echo '#!/bin/sh' > $f/own; chmod +x $f/own; done; own && echo ran"
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell(write, in: server) == "ran\n")
            try await sandbox.spawner.stop(id: "a", grace: .zero)
            #expect(access("/usr/local/bin/own", F_OK) < 0)
            let again = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell("ls /usr/local/bin/own /opt /var/lib 2>&1", in: again).contains("cannot access"))
        }
        try await withSandbox {
            $0.leaveOut = [.layer]
        } _: { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell(write + " 2>&1", in: server).contains("Read-only file system"))
        }
    }

    @Test func `the layer has an end`() async throws {
        try await withSandbox {
            $0.layerBytes = 10 << 20
        } _: { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            let said = try sandbox.shell("head -c 30M /dev/zero > /var/lib/x 2>&1; stat -c %s /var/lib/x", in: server)
            let size = Int(said.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            #expect((5 << 20...10 << 20).contains(size), "\(said)")
        }
    }

    // MARK: - System calls

    @Test(arguments: SystemCallAttempt.allCases)
    func `what notebooks never need is refused`(attempt: SystemCallAttempt) async throws {
        let script = "\(attempt.script) 2>/dev/null && echo done || echo refused"
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell(script, in: server) == "refused\n")
        }
        // That it is the filter which refuses it shows where this machine grants it to everybody.
        guard try await attempt.isGrantedHere() else { return }
        try await withSandbox {
            $0.leaveOut = [.syscalls]
        } _: { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            #expect(try sandbox.shell(script, in: server) == "done\n")
        }
    }

    @Test(arguments: [
        "unshare -m true", "unshare -n true", "unshare -u true", "/usr/sbin/chroot / true", "mount -t tmpfs none /tmp",
    ])
    func `what needs rights is refused without the filter too, as a server has none`(attempt: String) async throws {
        try await withSandbox {
            $0.leaveOut = [.syscalls]
        } _: { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            let said = try sandbox.shell("\(attempt) 2>&1 && echo done", in: server)
            #expect(!said.contains("done\n"))
            #expect(said.contains("not permitted") || said.contains("must be superuser"), "\(said)")
        }
    }

    @Test func `threads, processes, debugging one's own and multiprocessing work`() async throws {
        try await withSandbox { sandbox in
            let server = try await sandbox.ready(sandbox.order())
            let script = """
                import ctypes, multiprocessing, os, signal, subprocess, threading
                thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
                print(multiprocessing.Pool(2).map(abs, [-1, -2]))
                child = subprocess.Popen(["sleep", "60"])
                libc = ctypes.CDLL(None, use_errno=True)
                print(libc.ptrace(16, child.pid, 0, 0))
                os.waitpid(child.pid, 0)
                print(libc.ptrace(17, child.pid, 0, 0))
                child.kill()
                """
            let said = try sandbox.shell("cat > /tmp/t.py <<'END'\n\(script)\nEND\npython3 /tmp/t.py 2>&1", in: server)
            #expect(said == "thread\n[1, 2]\n0\n0\n")
        }
    }

    // MARK: - Leaving nothing

    @Test func `after a stop, and after a kill, nothing of a server is left`() async throws {
        try await withSandbox { sandbox in
            for isKilled in [false, true] {
                let server = try await sandbox.ready(sandbox.order())
                #expect(Leftovers.groups(named: "a", of: sandbox) != [])
                if isKilled, let pid = server.state.handle.flatMap({ Int32($0) }), pid > 1 { kill(pid, SIGKILL) }
                try await sandbox.spawner.stop(id: "a", grace: .seconds(5))
                #expect(Leftovers.groups(named: "a", of: sandbox) == [])
                #expect(sandbox.processes() == [])
                #expect(!processFile("self/mountinfo").contains(sandbox.folder))
            }
        }
    }

    @Test func `a machine that can't put a wall up starts no server where it must`() async throws {
        try await withSandbox {
            $0.missingWalls = .refuse
            $0.network.addresses = "no address"
        } _: { sandbox in
            let error = await #expect(throws: SpawnError.self) { try await sandbox.started(sandbox.order()) }
            guard case .wallMissing(.network, let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(!reason.isEmpty)
            let left = Leftovers.groups(named: "a", of: sandbox)
            #expect(left == [])
        }
    }
}

/// Something that listens on all addresses of this machine.
private final class Listener {
    private let socket: Int32
    let port: UInt16

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, length) = (socket, size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0 && listen(socket, 50) == 0)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    /// The IPv4 addresses of this machine but for loopback ones.
    static var hostAddresses: [String] {
        processFile("net/fib_trie").split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .reduce(into: (last: "", found: Set<String>())) { state, line in
                if line.hasPrefix("|-- ") { state.last = String(line.dropFirst(4)) }
                if line.hasPrefix("/32 host LOCAL"), !state.last.hasPrefix("127.") { state.found.insert(state.last) }
            }.found.sorted()
    }
}

/// What a server may leave behind.
private enum Leftovers {
    /// The control groups of a server's id.
    static func groups(named id: String, of sandbox: SandboxFixture) -> [String] {
        let roots = processFile("self/mountinfo").split(separator: "\n")
            .filter { $0.contains(" - cgroup ") || $0.contains(" - cgroup2 ") }
            .compactMap { $0.split(separator: " ").dropFirst(4).first.map(String.init) }
        return roots.flatMap { root in
            ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [])
                .filter { $0.hasPrefix("carrel-") }
                .map { "\(root)/\($0)/\(id)" }
        }.filter { access($0, F_OK) == 0 && lives(in: $0, of: sandbox) }
    }

    /// Whether a group is this test's: others run at the same time, with servers of the same id.
    private static func lives(in group: String, of sandbox: SandboxFixture) -> Bool {
        group.contains(sandbox.mark)
    }
}

extension SandboxFixture {
    /// What the spawner's things on this machine are marked with.
    var mark: String { spawner.mark }
}

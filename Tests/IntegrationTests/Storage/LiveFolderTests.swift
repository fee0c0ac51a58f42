import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(
    .enabled(if: BtrfsFixture.isPossible && access("/usr/bin/bwrap", X_OK) == 0, BtrfsFixture.obstacle),
    .serialized,
    .timeLimit(.minutes(5))
) struct `A project folder in a running server` {
    @Test func `appears, with its store, in a home that had none and in one with others`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", [])
            #expect(try live.shell("ls -A ~", alice) == "")
            let first = try await live.change(alice, [try live.ecology(.member)])
            #expect(first.shown == ["/home/tester/projects/ecology"] && first.problems.isEmpty && first.held.isEmpty)
            let make = "cd ~/projects/ecology; umask 077; echo one > f; stat -c %U f; ls; touch store/x 2>&1"
            let said = try live.shell(make, alice)
            #expect(said.hasPrefix("tester\nf\nstore\n") && said.contains("Read-only file system"))
            #expect(try live.shell("touch ~/projects/x 2>&1", alice).contains("Read-only file system"))

            let second = try await live.change(alice, [try live.ecology(.member), try live.folder("air", .manager)])
            #expect(second.shown == ["/home/tester/projects/air"])
            #expect(
                try live.shell("ls ~/projects; echo x > ~/projects/air/store/f; cat ~/projects/air/store/f", alice)
                    == "air\necology\nx\n"
            )
            #expect(
                try await live.change(alice, [try live.ecology(.member), try live.folder("air", .manager)]).isNothing
            )
            // The mounts hide nothing that matters, and give no rights.
            let mounts = try live.shell("grep -E 'projects/' /proc/self/mountinfo", alice)
            #expect(mounts.split(separator: "\n").allSatisfy { $0.contains("nosuid") && $0.contains("nodev") })
        }
    }

    @Test func `is closed at once when nothing of it is open, and what was in it stays`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", [try live.ecology(.member)])
            _ = try live.shell("echo kept > ~/projects/ecology/f", alice)
            let change = try await live.change(alice, [])
            #expect(change.closed == ["/home/tester/projects/ecology"])
            #expect(change.ended.isEmpty && change.held.isEmpty)
            #expect(
                try live.shell("ls -A ~/projects/ecology ~/projects 2>&1; grep -c ecology /proc/self/mountinfo", alice)
                    .hasSuffix("0\n")
            )
            let bob = try await live.server("b", [try live.ecology(.member)])
            #expect(
                try live.shell("cat ~/projects/ecology/f; echo >> ~/projects/ecology/f && echo mine", bob)
                    == "kept\nmine\n"
            )
        }
    }

    private static let path = "/home/tester/projects/ecology"
    private static let head = "import array, ctypes, mmap, os, socket, threading, time\nP = '\(path)'\n"
    private static let tail = "\nprint('ready', flush=True)\ntime.sleep(600)"
    private static let inThread = """
        done = threading.Event()
        def hold():
            take()
            done.set()
            time.sleep(600)
        threading.Thread(target=hold).start()
        done.wait()
        """

    /// Programs that keep something of the folder, in every way there is.
    private static let holders = [
        "f = os.open(f'{P}/f', os.O_RDONLY)",
        "os.chdir(f'{P}/d')",
        "f = os.open(f'{P}/f', os.O_RDWR); m = mmap.mmap(f, 1); os.close(f)",
        "f = os.open(P, os.O_PATH)",
        "f = os.open(f'{P}/store/x', os.O_RDONLY)",
        // Descriptors and a working folder that only one thread has: unshare(CLONE_FILES) and unshare(CLONE_FS).
        "def take(): ctypes.CDLL(None).unshare(0x400); os.open(f'{P}/f', os.O_RDONLY)\n\(inThread)",
        "def take(): ctypes.CDLL(None).unshare(0x200); os.chdir(f'{P}/d')\n\(inThread)",
        // A watch on the names in a folder.
        "c = ctypes.CDLL(None); assert c.inotify_add_watch(c.inotify_init(), f'{P}/d'.encode(), 0x100) > 0",
        // A program of the folder that runs.
        """
        os.system(f'cp /bin/sleep {P}/s'); p = os.spawnl(os.P_NOWAIT, f'{P}/s', 's', '600')
        while not os.readlink(f'/proc/{p}/exe').endswith('/s'): pass
        """,
        // One that makes another as soon as it can, for a while.
        """
        f = os.open(f'{P}/f', os.O_RDONLY); print('ready', flush=True)
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            if os.fork(): os._exit(0)
            time.sleep(0.001)
        """,
        // One that hands it on in time: there is always one who has it, and never long.
        """
        a, b = socket.socketpair(); f = os.open(f'{P}/f', os.O_RDONLY)
        for _ in range(2): os.fork()
        print('ready', flush=True)
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            socket.send_fds(a, [b'x'], [f]); os.close(f)
            f = socket.recv_fds(b, 1, 1)[1][0]
        """,
    ]

    @Test(arguments: holders.indices)
    func `ends what has something of it open when it is closed`(index: Int) async throws {
        try await withLive { live in
            let alice = try await live.server("a", [try live.ecology(.member)])
            let keeper = try await live.server("k", [try live.ecology(.manager)])
            _ = try live.shell("cd ~/projects/ecology; mkdir d; echo x > f; echo x > d/g; echo x > store/x", keeper)
            try live.startPython(Self.head + Self.holders[index] + Self.tail, alice)
            let other = try live.start("touch ~/mine; exec 7< ~/mine; echo ready; exec sleep 600", alice)
            let change = try await live.change(alice, [])
            #expect(change.held.isEmpty, "\(change)")
            #expect(!change.ended.isEmpty && change.ended.allSatisfy { $0.folder == "/home/tester/projects/ecology" })
            #expect(
                try live.shell("kill -0 \(other) && echo lives", alice) == "lives\n",
                "what has nothing to do with it goes on"
            )
            let left = try live.shell(
                "ls -l /proc/*/fd /proc/*/cwd /proc/*/exe /proc/*/map_files 2>/dev/null | grep -c ecology",
                alice
            )
            #expect(left == "0\n")
            #expect(try live.shell("cat /run/carrel/ended/*", alice).contains("projects/ecology"))
        }
    }

    @Test func `stops nothing but says so when the server itself keeps it, or hides it in a socket`() async throws {
        try await withLive { live in
            for hiding in ["server", "socket"] {
                let alice = try await live.server(hiding, [try live.ecology(.member)])
                _ = try live.shell("echo x > ~/projects/ecology/f", alice)
                if hiding == "server" {
                    _ = try live.sandbox.ask("POST", "/hold", body: "\(Self.path)/f", of: alice)
                } else {
                    let send = """
                        a, b = socket.socketpair()
                        f = os.open(f'{P}/f', os.O_RDONLY)
                        socket.send_fds(a, [b'x'], [f])
                        os.close(f)
                        """
                    try live.startPython(Self.head + send + Self.tail, alice)
                }
                let change = try await live.change(alice, [])
                #expect(change.held == ["/home/tester/projects/ecology"], "\(hiding)")
                // It can't be reached any more by any path, and goes with the server.
                #expect(try live.shell("ls ~/projects/ecology /run/carrel/.closed 2>&1", alice).contains("denied"))
                try await live.sandbox.spawner.stop(id: alice.id, grace: .zero)
            }
        }
    }

    @Test func `becomes read-only and writable again, and what writes then is ended`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", [try live.ecology(.dataManager)])
            _ = try live.shell("cd ~/projects/ecology; echo x > f; echo x > store/f", alice)
            let reader = try live.start("cd ~/projects/ecology; exec 7< f; echo ready; exec sleep 600", alice)
            try live.start("exec 7>> ~/projects/ecology/f; echo ready; exec sleep 600", alice)
            let map = "f = os.open(f'{P}/store/f', os.O_RDWR); m = mmap.mmap(f, 1, prot=1); os.close(f)"
            try live.startPython(Self.head + map + Self.tail, alice)
            let demoted = try await live.change(alice, [try live.ecology(.reader)])
            #expect(Set(demoted.changed) == ["/home/tester/projects/ecology", "/home/tester/projects/ecology/store"])
            #expect(demoted.held.isEmpty && Set(demoted.ended.map(\.folder)).count == 2, "\(demoted)")
            #expect(try live.shell("kill -0 \(reader) && echo reads", alice) == "reads\n")
            #expect(try live.shell("echo y >> ~/projects/ecology/f 2>&1", alice).contains("Read-only"))

            let promoted = try await live.change(alice, [try live.ecology(.member)])
            #expect(promoted.changed == ["/home/tester/projects/ecology"])
            #expect(
                try live.shell("cd ~/projects/ecology; echo y >> f; cat f; echo y >> store/f 2>&1", alice)
                    .hasPrefix("x\ny\n")
            )
            #expect(try live.shell("cd ~/projects/ecology; echo y >> store/f 2>&1", alice).contains("Read-only"))
        }
    }

    @Test func `has a store that nobody but data managers writes to, renames, removes or opens up`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", [try live.ecology(.member)])
            let dora = try await live.server("d", [try live.ecology(.dataManager)])
            _ = try live.shell("cd ~/projects/ecology/store; echo data > f; chmod 777 . f; mkdir -m 777 d", dora)
            let attempts = [
                "echo x > store/f", "echo x > store/g", "echo x > store/d/g", "rm store/f", "chmod 600 store/f",
                "mv store old", "rmdir store", "rm -r store", "ln store/f f", "mv store/f .", "touch store/f",
                "python3 -c 'import os; os.rename(\"store\", \"old\")'",
                "mkdir new; python3 -c 'import ctypes; exit(ctypes.CDLL(None).renameat2(-100, b\"new\", -100, b\"store\", 2))'",
            ]
            for attempt in attempts {
                let said = try live.shell("cd ~/projects/ecology; (\(attempt)) 2>/dev/null && echo done", alice)
                #expect(!said.contains("done"), "\(attempt)")
            }
            #expect(
                try live.shell("cat ~/projects/ecology/store/f; ls ~/projects/ecology/store", dora) == "data\nd\nf\n"
            )
            for attempt in ["mv store old", "rmdir store"] {
                let said = try live.shell("cd ~/projects/ecology; \(attempt) 2>&1", dora)
                #expect(said.contains("busy") || said.contains("Busy"), "\(said)")
            }
        }
    }

    @Test func `of a file that another member was given is closed too when they leave`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", [try live.ecology(.member)])
            let bob = try await live.server("b", [try live.ecology(.member)])
            let give = """
                s = socket.socket(socket.AF_UNIX); s.bind(f'{P}/sock'); s.listen(); print('ready', flush=True)
                c, _ = s.accept()
                f = os.open(f'{P}/given', os.O_RDWR | os.O_CREAT)
                socket.send_fds(c, [b'x'], [f])
                """
            let take = """
                s = socket.socket(socket.AF_UNIX); s.connect(f'{P}/sock')
                kept = socket.recv_fds(s, 1, 1)[1]; s.close()
                """
            try live.startPython(Self.head + give + Self.tail, alice)
            try live.startPython(Self.head + take + Self.tail, bob)
            let change = try await live.change(bob, [])
            #expect(change.held.isEmpty && change.ended.count == 1, "\(change)")
        }
    }

    @Test func `is found and closed wherever its user moved the folders around it`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", []) { home in
                try? FileManager.default.createDirectory(
                    atPath: "\(home)/projects/mine",
                    withIntermediateDirectories: true
                )
                for path in ["\(home)/projects", "\(home)/projects/mine"] { chown(path, 20001, 20001) }
            }
            _ = try await live.change(alice, [try live.ecology(.member)])
            #expect(
                try live.shell("ls ~/projects; mkdir ~/x; mv ~/projects ~/x/p; ls ~/x/p/ecology", alice)
                    == "ecology\nmine\nstore\n"
            )
            #expect(try await live.change(alice, [try live.ecology(.member)]).isNothing, "it is theirs to move")
            #expect(try await live.change(alice, [try live.ecology(.reader)]).changed == ["/home/tester/x/p/ecology"])
            _ = try live.shell("ln -s /run/carrel ~/projects", alice)
            let change = try await live.change(alice, [])
            #expect(change.closed == ["/home/tester/x/p/ecology"])
            // And what stands in the way by now is left alone.
            let again = try await live.change(alice, [try live.ecology(.member)])
            #expect(again.shown.isEmpty && !again.problems.isEmpty)
            #expect(try live.shell("grep -c ecology /proc/self/mountinfo", alice) == "0\n")
        }
    }

    @Test func `that was left half closed by a hub that was killed is closed by the next`() async throws {
        try await withLive { live in
            let alice = try await live.server("a", [try live.ecology(.member)])
            let next = try SandboxSpawner(options: live.sandbox.options)
            let order = live.order([])
            _ = try await next.changeFolders(of: alice.id, to: order) { _ async throws(SpawnError) in }
            #expect(try live.shell("grep -c ecology /proc/self/mountinfo", alice) == "0\n")
        }
    }
}

import CarrelData
import CarrelHub
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(
    .enabled(if: MountFixture.isPossible, MountFixture.obstacle),
    .timeLimit(.minutes(10)),
    .serialized,
) struct `Mounts in servers that run` {
    private static let home = "/home/tester"

    @Test func `a folder says how things are, then shows the files, then says again`() async throws {
        try await withMounts { mounts, _ in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            let look = { try mounts.sandbox.shell("cat ~/datahub/README.txt ~/datahub/hello.txt 2>&1", in: server) }
            try await mounts.withKeeper { keeper in
                await keeper.want(mounts.wanted(.offline))
                await keeper.serverRuns("a", home: Self.home, of: MountFixture.key)
                try await eventually("the folder says why not") {
                    try look().contains(ConnectionState.offline.message)
                }
                #expect(
                    try mounts.sandbox.shell("touch ~/datahub/x 2>&1; rm -f ~/datahub/* 2>&1", in: server)
                        .contains("Read-only file system")
                )

                await keeper.want(mounts.wanted())
                try await eventually("the files are there") { try look().hasSuffix("hello\n") }
                #expect(await keeper.standings(of: MountFixture.key).map(\.condition) == [.open])
                let work = "cd ~/datahub && mkdir d && echo one > d/a && echo two >> d/a && mv d/a d/b && cat d/b"
                #expect(try mounts.sandbox.shell(work, in: server) == "one\ntwo\n")
                try await eventually("it is on the other side") { mounts.uploaded("d/b") == "one\ntwo\n" }

                await keeper.want(mounts.wanted(.refused))
                try await eventually("the folder says why not any more") {
                    try look().contains(ConnectionState.refused.message)
                }
                await keeper.want(mounts.wanted())
                try await eventually("the files are back") { try look().hasSuffix("hello\n") }
            }
        }
    }

    @Test func `files there are ordinary ones`() async throws {
        try await withMounts { mounts, _ in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                let script = """
                    cd ~/datahub && python3 -c '
                    import mmap, sqlite3
                    with open("m", "w+b") as f:
                        f.truncate(8192)
                        m = mmap.mmap(f.fileno(), 8192)
                        m[5000:5003] = b"abc"
                        m.close()
                        f.seek(50)
                        f.write(b"X")
                    print(open("m", "rb").read()[5000:5003])
                    base = sqlite3.connect("q.db")
                    base.execute("create table t(x)")
                    base.execute("insert into t values(1)")
                    base.commit()
                    print(base.execute("select * from t").fetchall())' 2>&1
                    """
                #expect(try mounts.sandbox.shell(script, in: server) == "b'abc'\n[(1,)]\n")
            }
        }
    }

    @Test func `an edit that wasn't uploaded when rclone was killed is uploaded afterwards`() async throws {
        try await withMounts { mounts, gateway in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                let daemon = try #require(try MountDaemon.find(in: mounts.room))
                // First the other side goes: else the edit might be there before rclone is killed.
                kill(gateway.processIdentifier, SIGKILL)
                #expect(try mounts.sandbox.shell("echo kept > ~/datahub/edit && echo ok", in: server) == "ok\n")
                try await isNoted(keeper)
                try await eventually("rclone's note of it is whole") { mounts.isWholeNote(of: "edit") }
                daemon.process.send(.kill)
                let again = try await mounts.serve()
                defer { kill(again.processIdentifier, SIGKILL) }
                try await eventually("it is on the other side") { mounts.uploaded("edit") == "kept\n" }
                try await eventually("the server sees the new mount") {
                    try mounts.sandbox.shell("cat ~/datahub/edit 2>&1", in: server) == "kept\n"
                }
                let other = try #require(try MountDaemon.find(in: mounts.room))
                #expect(other.process.pid != daemon.process.pid)
            }
        }
    }

    @Test func `edits are uploaded after a restart of the machine, without a server, and then nothing runs`()
        async throws
    {
        try await withMounts { mounts, gateway in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                kill(gateway.processIdentifier, SIGKILL)
                #expect(try mounts.sandbox.shell("(echo late > ~/datahub/edit && echo ok) 2>&1", in: server) == "ok\n")
                try await isNoted(keeper)
                try await eventually("rclone's note of it is whole") { mounts.isWholeNote(of: "edit") }
            }
            try #require(try MountDaemon.find(in: mounts.room)).process.send(.kill)
            try await mounts.sandbox.spawner.stop(id: "a", grace: .zero)
            let again = try await mounts.serve()
            defer { kill(again.processIdentifier, SIGKILL) }
            try await mounts.withKeeper { keeper in
                #expect(try await keeper.usersWithEdits() == [MountFixture.key])
                await keeper.want(mounts.wanted())
                try await eventually("it is on the other side") { mounts.uploaded("edit") == "late\n" }
                try await eventually("nothing runs any more") { try MountDaemon.find(in: mounts.room) == nil }
                #expect(try await keeper.usersWithEdits() == [])
            }
        }
    }

    @Test(arguments: ["", "{\n\t\"ModTime\": \"20", nil] as [String?])
    func `an edit whose note was lost when rclone was killed is uploaded beside, and said`(_ note: String?) async throws
    {
        try await withMounts { mounts, gateway in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                // It is read before the other side goes: there is something to add to.
                #expect(try mounts.sandbox.shell("cat ~/datahub/hello.txt", in: server) == "hello\n")
                kill(gateway.processIdentifier, SIGKILL)
                let work = "(echo lost >> ~/datahub/hello.txt && echo ok) 2>&1"
                #expect(try mounts.sandbox.shell(work, in: server) == "ok\n")
                try await isNoted(keeper)
            }
            let daemon = try #require(try MountDaemon.find(in: mounts.room))
            daemon.process.send(.kill)
            try await daemon.process.waitForExit()
            let path = "\(mounts.room.cache)/vfsMeta/datahub/hello.txt"
            if let note { try Data(note.utf8).write(to: URL(filePath: path)) } else { unlink(path) }
            let again = try await mounts.serve()
            defer { kill(again.processIdentifier, SIGKILL) }
            try await mounts.withKeeper { keeper in
                await keeper.want(mounts.wanted())
                await keeper.serverRuns("a", home: Self.home, of: MountFixture.key)
                try await eventually("it is on the other side") {
                    let name = await keeper.rescued(of: MountFixture.key)["datahub"]?.first ?? "none"
                    return name.hasPrefix("hello (recovered ") && mounts.uploaded(name) == "hello\nlost\n"
                }
                #expect(mounts.uploaded("hello.txt") == "hello\n")
            }
        }
    }

    @Test func `while the other side is away reading fails, and works again by itself`() async throws {
        try await withMounts { mounts, gateway in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                kill(gateway.processIdentifier, SIGKILL)
                let said = try mounts.sandbox.shell("timeout 60 cat ~/datahub/unread.txt 2>&1", in: server)
                #expect(said.contains("Input/output error"))
                let again = try await mounts.serve()
                defer { kill(again.processIdentifier, SIGKILL) }
                try await eventually("it can be read") {
                    try mounts.sandbox.shell("cat ~/datahub/unread.txt 2>&1", in: server) == "unread\n"
                }
            }
        }
    }

    @Test func `an edit whose next try is far away goes up as soon as the connection works again`() async throws {
        try await withMounts { mounts, gateway in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                kill(gateway.processIdentifier, SIGKILL)
                #expect(try mounts.sandbox.shell("echo late > ~/datahub/edit && echo ok", in: server) == "ok\n")
                try await eventually("it was tried") {
                    try await mounts.control.queue(of: "datahub").first?.tries ?? 0 > 0
                }
                await keeper.want(mounts.wanted(.offline))
                try await eventually("its next try is far away") { try await mounts.postpone() }
                let again = try await mounts.serve()
                defer { kill(again.processIdentifier, SIGKILL) }
                await keeper.want(mounts.wanted())
                try await eventually("it is on the other side") { mounts.uploaded("edit") == "late\n" }
            }
        }
    }

    @Test func `a hub that comes back finds what is mounted, and leaves it as it is`() async throws {
        try await withMounts { mounts, _ in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { try await open(mounts, $0, server) }
            let daemon = try #require(try MountDaemon.find(in: mounts.room))
            let mountinfo = try mounts.sandbox.shell("grep datahub /proc/self/mountinfo", in: server)
            try await mounts.withKeeper { keeper in
                await keeper.want(mounts.wanted(.offline))
                await keeper.serverRuns("a", home: Self.home, of: MountFixture.key)
                try await eventually("it is found") {
                    await keeper.standings(of: MountFixture.key).map(\.condition) == [.open]
                }
            }
            #expect(try MountDaemon.find(in: mounts.room)?.process.pid == daemon.process.pid)
            #expect(try mounts.sandbox.shell("grep datahub /proc/self/mountinfo", in: server) == mountinfo)
        }
    }

    @Test func `nothing secret can be read anywhere, and no other user reaches the files`() async throws {
        try await withMounts { mounts, _ in
            let server = try await mounts.sandbox.ready(mounts.sandbox.order())
            try await mounts.withKeeper { keeper in
                try await open(mounts, keeper, server)
                let pid = try #require(try MountDaemon.find(in: mounts.room)).process.pid
                for file in ["cmdline", "environ"] {
                    let text = processFile("\(pid)/\(file)")
                    #expect(!text.isEmpty)
                    #expect(!text.contains(MountFixture.token))
                    #expect(!text.contains(MountFixture.key))
                }
                let search = try run("grep", ["-r", "-l", "-a", MountFixture.token, mounts.settings.folder])
                #expect(search == "")
                let list = { (uid: UInt32) in
                    try run(
                        "nsenter",
                        ["-t", "\(pid)", "-m", "setpriv", "--reuid", "\(uid)", "--regid", "\(uid)", "--clear-groups"]
                            + ["ls", "/tmp/mounts/datahub"]
                    )
                }
                #expect(try list(MountFixture.account.uid) == "hello.txt\nunread.txt\n")
                #expect(try list(20002).contains("Permission denied"))
                #expect(!processFile("self/mountinfo").contains("fuse.rclone"))
            }
        }
    }

    // MARK: -

    /// Waits until the server sees the files.
    private func open(_ mounts: MountFixture, _ keeper: MountKeeper, _ server: RunningServer) async throws {
        await keeper.want(mounts.wanted())
        await keeper.serverRuns("a", home: Self.home, of: MountFixture.key)
        try await eventually("the files are there") {
            try mounts.sandbox.shell("cat ~/datahub/hello.txt 2>&1", in: server) == "hello\n"
        }
    }

    /// Waits until rclone has noted an edit on the disk.
    ///
    /// It empties a note before it writes it anew: killed in that very moment, it forgets the edit.
    private func isNoted(_ keeper: MountKeeper) async throws {
        try await eventually("the edit is noted") { try await keeper.usersWithEdits() == [MountFixture.key] }
    }

    /// What a program prints.
    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/\(program)")
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}

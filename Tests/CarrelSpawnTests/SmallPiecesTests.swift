import CarrelModel
import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `Small pieces of the sandbox` {
    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n", 200), ("HTTP/1.0 403 Forbidden\r\n", 403), ("HTTP/1.1 502 \r\n", 502),
            ("HTTP/1.1 2", nil), ("HTTP/1.1 999 X\r\n", nil), ("SSH-2.0-OpenSSH_9", nil), ("HTTP/1.1 -20 X\r\n", nil),
        ] as [(String, Int?)]
    )
    func `a status line is understood or not`(answer: String, status: Int?) {
        #expect(ReadinessProbe.status(of: Array(answer.utf8)) == status)
    }

    @Test func `passwd and group know the user and no other account of the host`() {
        let files = SandboxFiles.all(
            unixName: "alice",
            account: Account(
                uid: 20001,
                gid: 20001,
                groups: [UnixGroup(name: "ecology", gid: 30001), UnixGroup(name: "alice", gid: 30002)]
            )
        )
        #expect(
            files["passwd"] == """
                root:x:0:0:root:/:/usr/sbin/nologin
                alice:x:20001:20001:alice:/home/alice:/bin/bash
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

                """
        )
        #expect(
            files["group"]
                == "root:x:0:\nalice:x:20001:\necology:x:30001:alice\ngroup-alice:x:30002:alice\nnogroup:x:65534:\n"
        )
    }

    @Test(arguments: [("bubblewrap 0.8.0", true), ("bubblewrap 0.11", true), ("bubblewrap 0.4.1", false), ("", nil)])
    func `bubblewrap's version is read`(text: String, isEnough: Bool?) {
        #expect(BubblewrapVersion(text).map { $0 >= SandboxCheck.oldestVersion } == isEnough)
    }

    @Test(
        arguments: [
            (UserNamespaceSettings(), nil),
            (UserNamespaceSettings(most: 96365, unprivileged: 1), nil),
            (UserNamespaceSettings(most: 0), "sysctl user.max_user_namespaces=15000"),
            (UserNamespaceSettings(most: 9, unprivileged: 0), "sysctl kernel.unprivileged_userns_clone=1"),
        ] as [(UserNamespaceSettings, String?)]
    )
    func `a system that forbids user namespaces is told how to allow them`(
        settings: UserNamespaceSettings,
        remedy: String?
    ) {
        #expect(SandboxCheck.userNamespaces(settings)?.remedy == remedy)
    }

    @Test func `a hub that isn't root is told what is weaker`() {
        #expect(SandboxCheck.user(isRoot: false).grade == .weaker)
        #expect(SandboxCheck.user(isRoot: true).grade == .good)
    }

    @Test func `a folder of any depth can be removed, without following links`() throws {
        let top = FileManager.default.temporaryDirectory.appending(path: "carrel-tree-\(UUID())").path
        let beside = top + "-beside"
        try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: beside) }
        try "x".write(toFile: beside + "/file", atomically: true, encoding: .utf8)
        var path = top
        for _ in 0..<300 { path += "/d" }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: beside)
        try FileManager.default.createSymbolicLink(atPath: top + "/link", withDestinationPath: beside)

        try DirectoryEntry.removeTree(top)

        #expect(!FileManager.default.fileExists(atPath: top))
        #expect(FileManager.default.fileExists(atPath: beside + "/file"))
        try DirectoryEntry.removeTree(top)
    }
}

@Suite struct `The reactor` {
    @Test func `wakes only who waits for what happened`() async throws {
        let reactor = try Reactor()
        let file = FileManager.default.temporaryDirectory.appending(path: "carrel-reactor-\(UUID())").path
        try "".write(toFile: file, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let watch = try FileWatch(file, for: .written)
        async let woken: Void = reactor.readable(watch.descriptor)
        try "x".write(toFile: file, atomically: false, encoding: .utf8)
        try await woken
    }

    @Test func `lets a cancelled task go`() async throws {
        let reactor = try Reactor()
        let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-reactor-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let watch = try FileWatch(folder, for: .written)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await reactor.readable(watch.descriptor) }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}

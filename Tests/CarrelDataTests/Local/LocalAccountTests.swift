import Foundation
import Glibc
import NIOCore
import Testing

@testable import CarrelData

@Suite(.enabled(if: LocalFixture.isRoot, "only root can act for others"))
struct `A folder of this machine, with the rights of an account` {
    private static let account = LocalAccount(uid: 61_001, gid: 61_002, groups: [61_003])
    private static let other = LocalAccount(uid: 61_011, gid: 61_012)

    /// A folder that belongs to the account.
    private func with(_ body: (LocalFixture, LocalStore) async throws -> Void) async throws {
        let account = try #require(Self.account)
        try await LocalFixture.with { fixture in
            chown(fixture.path, account.uid, account.gid)
            chmod(fixture.path, 0o700)
            try await body(fixture, fixture.store(as: account))
        }
    }

    @Test func `makes files and folders that belong to it`() async throws {
        try await with { fixture, store in
            try await store.put("x", "a")
            try await store.makeFolder(at: .at("b"))
            for name in ["a", "b"] {
                #expect(fixture.facts(name).st_uid == 61_001 && fixture.facts(name).st_gid == 61_002)
            }
            try await store.put("y", "a")
            #expect(fixture.facts("a").st_uid == 61_001)
            chown("\(fixture.path)/a", 61_001, 61_003)
            chmod("\(fixture.path)/a", 0o660)
            try await store.put("z", "a")
            #expect(fixture.facts("a").st_gid == 61_003 && fixture.facts("a").st_mode & 0o777 == 0o660)
        }
    }

    @Test func `is refused what another user keeps there`() async throws {
        try await with { fixture, store in
            try fixture.put("private", at: "theirs")
            chmod("\(fixture.path)/theirs", 0o600)
            try fixture.makeFolder("closed/in")
            chmod("\(fixture.path)/closed", 0o700)
            for path in ["theirs", "closed/in"] {
                await #expect(throws: DataFault.forbidden, "\(path)") { try await store.text(path) }
            }
            let entry = try await store.entry(at: .at("theirs"))
            #expect(!entry.isWritable)
            await #expect(throws: DataFault.forbidden) { try await store.put("x", "theirs") }
            await #expect(throws: DataFault.forbidden) { try await store.names("closed") }
            await #expect(throws: DataFault.forbidden) { try await store.remove(.at("closed")) }
            await #expect(throws: DataFault.forbidden) { try await store.put("x", "closed/new") }
            await #expect(throws: DataFault.forbidden) { try await store.makeFolder(at: .at("closed/new")) }
            chmod("\(fixture.path)/theirs", 0o640)
            chown("\(fixture.path)/theirs", 0, 61_003)
            #expect(try await store.text("theirs") == "private", "by a further group")
            #expect(fixture.text("theirs") == "private")
        }
    }

    @Test func `isn't entered by others`() async throws {
        try await with { fixture, store in
            try await store.put("x", "a")
            chmod("\(fixture.path)/a", 0o666)
            let other = fixture.store(as: Self.other)
            await #expect(throws: DataFault.forbidden) { try await other.text("a") }
            await #expect(throws: DataFault.forbidden) { try await other.names() }
            await #expect(throws: DataFault.forbidden) { try await other.put("x", "b") }
            guard case .unfit = await other.check() else {
                Issue.record("it has no right to it")
                return
            }
            #expect(await store.check() == .connected)
        }
    }

    @Test func `has no capability of ours, and all threads are ours again afterwards`() async throws {
        try await with { fixture, store in
            let account = try #require(Self.account)
            let status = try await fixture.workers.run(as: account, of: .user(account.uid), opening: { 0 }) {
                _ throws(DataFault) in
                Self.status("/proc/thread-self/status")
            }
            #expect(status["CapEff"] == "0000000000000000")
            #expect(status["Uid"]?.split(separator: "\t").last == "61001")
            #expect(status["Gid"]?.split(separator: "\t").last == "61002")
            #expect(status["Groups"]?.split(separator: " ") == ["61003"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    let other = fixture.store(as: number % 2 == 0 ? account : Self.other)
                    group.addTask {
                        for _ in 0..<5 {
                            _ = try? await other.put("x", "file \(number)")
                            _ = try? await other.names()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.names().count == 25, "only its own were made")
            _ = try await fixture.workers.run(as: nil, of: .ourselves, opening: { 0 }) { _ throws(DataFault) in 0 }
            for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
                // Threads of other tests may act for an account at this moment; each comes back to itself.
                let end = ContinuousClock.now + .seconds(60)
                var isBack = Self.isOurs(thread)
                while !isBack, ContinuousClock.now < end {
                    await Task.yield()
                    isBack = Self.isOurs(thread)
                }
                #expect(isBack, "\(Self.status("/proc/self/task/\(thread)/status"))")
            }
        }
    }

    private static func isOurs(_ thread: String) -> Bool {
        let status = status("/proc/self/task/\(thread)/status")
        guard let uid = status["Uid"]?.split(separator: "\t").last else { return true }
        return uid == "0" && status["CapEff"] != "0000000000000000"
    }

    @Test func `is never root's`() {
        #expect(LocalAccount(uid: 0, gid: 1) == nil)
        #expect(LocalAccount(uid: 1, gid: 0) == nil)
        #expect(LocalAccount(uid: 1, gid: 1, groups: [2, 0]) == nil)
        #expect(LocalAccount(uid: .max, gid: 1) == nil)
    }

    @Test func `lets a default access list say what new files allow`() async throws {
        try await with { fixture, store in
            // Version 2, then tag, rights and id of each entry: owner rwx, group rwx, others nothing; see acl(5).
            let program = """
                import os, struct, sys
                entries = b"".join(struct.pack("<HHi", tag, rights, -1) for tag, rights in [(1, 7), (4, 7), (32, 0)])
                os.setxattr(sys.argv[1], "system.posix_acl_default", struct.pack("<I", 2) + entries)
                """
            let setting = try Process.run(
                URL(filePath: "/usr/bin/python3"),
                arguments: ["-c", program, fixture.path],
            )
            setting.waitUntilExit()
            try #require(setting.terminationStatus == 0)
            try await store.put("x", "a")
            #expect(fixture.facts("a").st_mode & 0o777 == 0o660)
        }
    }

    @Test func `of which one waits for much holds no other back`() async throws {
        let queue = LocalQueue(mostOfOne: 4)
        let (ada, ben, home) = (LocalOwner.user(1), LocalOwner.user(2), LocalOwner.folder("/home"))
        for owner in [ada, ada, ada, ben, home, ada, ben] { _ = queue.add(job(of: owner)) }
        let turns = (0..<7).map { _ in queue.next()?.owner }
        #expect(turns == [ada, ben, home, ada, ben, ada, ada])
    }

    @Test func `of which one has much under way begins no more before some of it ends`() async throws {
        let queue = LocalQueue(mostOfOne: 2)
        let (ada, ben) = (LocalOwner.user(1), LocalOwner.user(2))
        for owner in [ada, ada, ada, ada, ben] { _ = queue.add(job(of: owner)) }
        #expect((0..<3).map { _ in queue.next()?.owner } == [ada, ben, ada])
        _ = queue.add(job(of: ben))
        queue.end(ada, wasStuck: false)
        #expect((0..<2).map { _ in queue.next()?.owner } == [ben, ada])
    }

    @Test func `loses a thread that doesn't become ours again, and nobody who waits for it`() async throws {
        let queue = LocalQueue(mostOfOne: 2)
        await withCheckedContinuation { continuation in
            queue.lose(threadWith: LocalJob.Done(isWhole: false) { continuation.resume() })
            let done = queue.next()?.work(true)
            #expect(done?.isWhole == true)
            done?.tell()
        }
        #expect(queue.add(job(of: .user(1))) == 1, "one is to be started")
        #expect(queue.add(job(of: .user(1))) == 0)
    }

    private func job(of owner: LocalOwner) -> LocalJob {
        LocalJob(owner: owner, wait: .forever) { _ in LocalJob.Done(isWhole: true) {} }
    }

    private static func status(_ path: String) -> [String: String] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = read(file, &bytes, bytes.count)
        var facts: [String: String] = [:]
        for line in String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            facts[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return facts
    }
}

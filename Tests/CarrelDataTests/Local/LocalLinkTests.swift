import CarrelData
import Foundation
import Glibc
import Synchronization
import Testing

@Suite struct `Links and other things in a folder of this machine` {
    private static func fill(_ fixture: LocalFixture) throws {
        try fixture.makeFolder("data/part")
        try fixture.put("inside", at: "data/part/file")
    }

    @Test func `are followed when they stay inside, to read, list and write`() async throws {
        try await LocalFixture.with { fixture in
            try Self.fill(fixture)
            let store = fixture.store()
            try fixture.link("short", to: "data/part")
            try fixture.link("data/again", to: "../short/file")
            try fixture.link("new", to: "short/made")
            #expect(try await store.names() == ["data", "short"])
            #expect(try await store.names("short") == ["file"])
            #expect(try await store.text("short/file") == "inside")
            #expect(try await store.text("data/again") == "inside")
            try await store.put("changed", "data/again")
            try await store.put("made", "new")
            #expect(fixture.text("data/part/file") == "changed" && fixture.text("data/part/made") == "made")
            #expect(fixture.facts("data/again").st_mode & S_IFMT == S_IFLNK, "the link is still one")
            try await store.makeFolder(at: .at("short/folder"))
            try await store.move(.at("data/again"), to: .at("moved"), replaces: false)
            #expect(fixture.facts("moved").st_mode & S_IFMT == S_IFLNK)
            try await store.remove(.at("short"))
            #expect(try fixture.names("data/part") == ["file", "folder", "made"])
        }
    }

    @Test func `aren't shown, followed or replaced when they lead out`() async throws {
        try await LocalFixture.with { fixture in
            try Self.fill(fixture)
            let store = fixture.store()
            let targets = [
                "../outside/secret", fixture.outside, "../outside", "/", "/proc/self/root", "nothing", "self",
            ]
            for (number, target) in targets.enumerated() {
                try fixture.link(target == "self" ? "self" : "link\(number)", to: target)
            }
            try fixture.link("data/way", to: "../../outside")
            #expect(try await store.names() == ["data"])
            #expect(try await store.names("data") == ["part"])
            for name in [
                "link0", "link1", "link2", "link3", "link2/secret", "link4/etc", "link5", "data/way/secret", "self",
            ] {
                await #expect(throws: DataFault.notFound, "\(name)") { try await store.entry(at: .at(name)) }
                await #expect(throws: DataFault.notFound) { try await store.text(name) }
                await #expect(throws: DataFault.notFound) { try await store.names(name) }
                await #expect(throws: DataFault.notFound) { try await store.remove(.at(name)) }
                await #expect(throws: DataFault.notFound) {
                    try await store.move(.at(name), to: .at("moved"), replaces: true)
                }
            }
            for name in ["link0", "link1", "link2", "link3", "self", "data/way/secret", "data/way/new"] {
                await #expect(throws: DataFault.self, "\(name)") { try await store.put("x", name) }
            }
            for name in ["link0", "link2"] {
                await #expect(throws: DataFault.forbidden) { try await store.put("x", name) }
                await #expect(throws: DataFault.forbidden) {
                    try await store.move(.at("data"), to: .at(name), replaces: true)
                }
            }
            await #expect(throws: DataFault.self) { try await store.makeFolder(at: .at("link2/x")) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(fixture.base)/outside") == ["secret"])
            #expect(FileManager.default.contents(atPath: fixture.outside) == Data(LocalFixture.secret.utf8))
        }
    }

    @Test func `end when they lead round and round`() async throws {
        try await LocalFixture.with { fixture in
            try Self.fill(fixture)
            let store = fixture.store()
            try fixture.link("data/up", to: "..")
            try fixture.link("data/here", to: ".")
            var folders = [DataPath.root]
            var count = 0
            while let folder = folders.popLast(), count < 1000 {
                for entry in try await store.entries(of: folder).all() {
                    count += 1
                    let path = folder.appending(try #require(entry.name))
                    #expect(try await store.entry(at: path) == entry)
                    if entry.isFolder { folders.append(path) }
                }
            }
            #expect(count < 20)
            await #expect(throws: DataFault.notFound) { try await store.names("data/up/data/here") }
        }
    }

    @Test func `that are pipes or sockets aren't shown, opened or replaced`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            mkfifo("\(fixture.path)/pipe", 0o666)
            try fixture.link("to pipe", to: "pipe")
            #expect(try await store.names() == [])
            for name in ["pipe", "to pipe"] {
                await #expect(throws: DataFault.notFound) { try await store.text(name) }
                await #expect(throws: DataFault.notFound) { try await store.remove(.at(name)) }
            }
            await #expect(throws: DataFault.forbidden) { try await store.put("x", "pipe") }
            await #expect(throws: DataFault.forbidden) { try await store.put("x", "to pipe") }
            #expect(fixture.facts("pipe").st_mode & S_IFMT == S_IFIFO)
        }
    }

    @Test func `let nothing outside be reached, whoever swaps them in the middle of a path`() async throws {
        try await LocalFixture.with { fixture in
            try fixture.makeFolder("way")
            try fixture.put("inside", at: "way/secret")
            try fixture.link("trap", to: "../outside")
            let store = fixture.store()
            let path = fixture.path
            let swap: @Sendable (Int) -> Void = { _ in
                rename("\(path)/way", "\(path)/kept")
                rename("\(path)/trap", "\(path)/way")
                rename("\(path)/way", "\(path)/trap")
                rename("\(path)/kept", "\(path)/way")
            }
            try await Self.repeating(swap) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for _ in 0..<1500 {
                            if let text = try? await store.text("way/secret") { #expect(text != LocalFixture.secret) }
                            if let entry = try? await store.entry(at: .at("way/secret")) {
                                #expect(entry.size != Int64(LocalFixture.secret.utf8.count))
                            }
                        }
                    }
                    group.addTask {
                        for round in 0..<300 {
                            _ = try? await store.put("inside", "way/secret")
                            _ = try? await store.put("inside", "way/new \(round)")
                            try? await store.makeFolder(at: .at("way/folder"))
                            try? await store.remove(.at("way/folder"))
                            try? await store.move(.at("way/new \(round)"), to: .at("way/moved"), replaces: true)
                            try? await store.remove(.at("way/moved"))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(fixture.base)/outside") == ["secret"])
            #expect(FileManager.default.contents(atPath: fixture.outside) == Data(LocalFixture.secret.utf8))
        }
    }

    /// Does something over and over on a thread of its own while something else is done.
    private static func repeating(_ again: @escaping @Sendable (Int) -> Void, _ body: () async throws -> Void)
        async throws
    {
        let isOver = Mutex(false)
        let (ends, end) = AsyncStream<Never>.makeStream()
        let thread = Thread {
            var count = 0
            while !isOver.withLock(\.self) {
                count += 1
                again(count)
            }
            end.finish()
        }
        thread.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        isOver.withLock { $0 = true }
        for await _ in ends {}
        try result.get()
    }
}

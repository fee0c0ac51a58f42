import CarrelSpawn
import CarrelTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct `The fake spawner` {
    @Test func `keeps servers, and forgets them when they are stopped`() async throws {
        let spawner = FakeSpawner()
        let server = try await spawner.start(.example) { _ in }
        try await spawner.waitUntilReady(server, within: .seconds(1))
        #expect(await spawner.find(id: "alice") == server)
        try await spawner.stop(id: "alice", grace: .zero)
        #expect(await spawner.find(id: "alice") == nil)
        #expect(try await spawner.waitForExit(server).code == 143)
        #expect(await spawner.calls == [.start("alice"), .find("alice"), .stop("alice"), .find("alice")])
    }

    @Test func `holds a slow start until it is released`() async throws {
        let spawner = FakeSpawner(otherwise: .slowToStart)
        async let server = spawner.start(.example) { _ in }
        #expect(await spawner.running.isEmpty)
        await spawner.release("alice")
        #expect(try await server.id == "alice")
    }

    @Test func `leaves nothing of a slow start that is cancelled`() async {
        let spawner = FakeSpawner(otherwise: .slowToStart)
        let start = Task { () async throws(SpawnError) in try await spawner.start(.example) { _ in } }
        start.cancel()
        await #expect(throws: SpawnError.cancelled("alice")) { try await start.value }
        #expect(await spawner.running.isEmpty)
    }

    @Test func `ends those who wait when a server dies before it answers`() async throws {
        let spawner = FakeSpawner(otherwise: .slowToAnswer)
        let server = try await spawner.start(.example) { _ in }
        await spawner.log(["last words"], for: "alice")
        let ready = Task { try await spawner.waitUntilReady(server, within: .seconds(1)) }
        let exit = Task { try await spawner.waitForExit(server) }
        await spawner.end("alice", code: 3)
        await #expect(throws: SpawnError.ended("alice", code: 3, log: "last words")) { try await ready.value }
        #expect(try await exit.value == ServerExit(code: 3, log: ["last words"]))
    }

    @Test func `misbehaves as asked`() async throws {
        let refusal = SpawnError.sandboxRefused("alice", reason: "no")
        await #expect(throws: refusal) {
            try await FakeSpawner(otherwise: .refused(refusal)).start(.example) { _ in }
        }
        let mute = FakeSpawner(otherwise: .neverAnswers)
        let server = try await mute.start(.example) { _ in }
        await #expect(throws: SpawnError.silent("alice", after: .seconds(9))) {
            try await mute.waitUntilReady(server, within: .seconds(9))
        }
        let liar = FakeSpawner(otherwise: .lies)
        _ = try await liar.start(.example) { _ in }
        await liar.end("alice", code: 0)
        #expect(await liar.find(id: "alice") != nil)
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Synchronization
import Testing

@testable import CarrelHub

@Suite struct `Builds of repositories` {
    @Test func `are made once, for two who watch`() async throws {
        try await withBuilds { builds in
            let gate = Gate()
            builds.builder.wait("rivers", at: gate)
            let events = [builds.events("rivers"), builds.events("rivers")]
            try await builds.request("rivers")
            try await builds.request("rivers", by: builds.other)
            gate.open()
            for stream in events {
                var told: [BuildBoard.Event] = []
                for await event in stream { told.append(event) }
                #expect(told.contains(.line(BuilderLine(phase: "fetching", message: "Fetching rivers\n"))))
                #expect(told.last == .built)
            }
            #expect(builds.builder.begun == ["rivers"])
            #expect(try await builds.request("rivers").state == .built, "the next one is there at once")
        }
    }

    @Test func `are two at a time, and the others know their place`() async throws {
        try await withBuilds { builds in
            let gate = Gate()
            for name in ["a", "b", "c", "d"] { builds.builder.wait(name, at: gate) }
            for name in ["a", "b"] { try await builds.request(name) }
            try await builds.reaches(.building, "a")
            try await builds.reaches(.building, "b")
            var waiting = builds.events("d").makeAsyncIterator()
            try await builds.request("c")
            try await builds.request("d", by: builds.other)
            #expect(await waiting.next() == .waiting(place: 2))
            gate.open()
            for name in ["a", "b", "c", "d"] { try await builds.reaches(.built, name) }
            #expect(builds.builder.most == 2)
        }
    }

    @Test func `of one person are limited`() async throws {
        try await withBuilds { builds in
            let gate = Gate()
            for name in ["a", "b", "c", "d"] { builds.builder.wait(name, at: gate) }
            for name in ["a", "b", "c"] { try await builds.request(name) }
            await #expect(throws: StoreError.tooManyBuilds(limit: 3)) { try await builds.request("d") }
            try await builds.request("d", by: builds.other)
            gate.open()
        }
    }

    @Test func `that fail say why, and are tried again when somebody asks`() async throws {
        try await withBuilds { builds in
            let problem = BuilderProblem(code: "script.failed", message: "postBuild ended with 3.", remedy: "See it.")
            builds.builder.fail("rivers", problem)
            try await builds.request("rivers")
            #expect(try await builds.reaches(.failed, "rivers").failure == "postBuild ended with 3. See it.")
            #expect(builds.builder.kept.isEmpty)
            builds.builder.fail("rivers", nil)
            try await builds.request("rivers")
            #expect(try await builds.reaches(.built, "rivers").failure == nil)
        }
    }

    @Test func `are cancelled by who asked for them, while nobody else watches`() async throws {
        try await withBuilds { builds in
            let gate = Gate()
            builds.builder.wait("rivers", at: gate)
            let (mine, others) = (builds.events("rivers"), builds.events("rivers", by: builds.other))
            try await builds.request("rivers")
            try await builds.reaches(.building, "rivers")
            #expect(try await !builds.desk.cancel(builds.id("rivers"), by: builds.other), "somebody else's")
            #expect(try await !builds.desk.cancel(builds.id("rivers"), by: builds.user), "others watch it")
            withExtendedLifetime(mine) {}
            let leaves = Task { for await _ in others {} }
            leaves.cancel()
            await leaves.value
            #expect(try await builds.desk.cancel(builds.id("rivers"), by: builds.user))
            #expect(try await builds.reaches(.failed, "rivers").failure == BuildDesk.cancelled)
            var last: BuildBoard.Event?
            for await event in mine { last = event }
            #expect(last == .failed(BuildDesk.cancelled))
            gate.open()
        }
    }

    @Test func `go on after the hub, or begin anew, but not for ever`() async throws {
        try await withBuilds(runs: false) { builds in
            for name in ["goes on", "ended", "ends it"] { try await builds.request(name) }
            for slot in 0...2 { _ = try await builds.desk.store.begin(in: slot) }
            builds.builder.pretend(isRunning: builds.id("goes on"))
            builds.builder.pretend(isRunning: builds.id("ends it"))
            try await builds.desk.store.change(builds.id("ended")) { $0.attempts = 3 }
            let begun = await builds.keeper.recover()
            #expect(begun.mapValues(\.repository) == [0: "goes on"])
            #expect(try await builds.build("ended").state == .failed)
            #expect(try await builds.build("ends it").state == .waiting, "its place is gone")
            #expect(await !builds.builder.isRunning(builds.id("ends it")))
        }
    }

    @Test func `are removed when nobody launches them, those in use never`() async throws {
        try await withBuilds(runs: false) { builds in
            for name in ["old", "new", "used"] {
                try await builds.request(name)
                builds.builder.leave(builds.id(name))
                try await builds.desk.store.change(builds.id(name)) { build in
                    build.state = .built
                    build.bytes = 1000
                    build.usedAt =
                        name == "new" ? noon.addingTimeInterval(-3600) : noon.addingTimeInterval(-40 * 86_400)
                }
            }
            builds.builder.leave("unknown")
            let origin = LaunchOrigin(build: builds.id("used"), folder: "rivers")
            _ = try await builds.store.servers.request(
                ServerName("binder"),
                ofUser: builds.user.id ?? 0,
                options: StartOptions(launch: origin),
                at: noon,
            )
            try await builds.keeper.tidy()
            #expect(builds.builder.kept == [builds.id("new"), builds.id("used")])
            #expect(try await builds.desk.store.all().map(\.repository).sorted() == ["new", "used"])
        }
    }

    @Test func `make room, those first that were launched least lately`() {
        var settings = BinderSettings()
        settings.room = ByteCount(bytes: 2500)
        let builds = (0..<4).map { number in
            var build = BuildRecord(
                id: "\(number)",
                provider: "git",
                repository: "x",
                commit: "c",
                web: "",
                userId: nil,
                askedAt: noon,
            )
            build.state = number == 3 ? .building : .built
            build.bytes = 1000
            build.usedAt = noon.addingTimeInterval(Double(number))
            return build
        }
        #expect(BuildKeeper.over(builds, used: [], settings, at: noon) == ["0"])
        #expect(BuildKeeper.over(builds, used: ["0"], settings, at: noon).isEmpty)
    }
}

/// Builds with a fake builder.
private struct BuildsFixture: Sendable {
    let store: Store
    let builder: FakeBuilder
    let desk: BuildDesk
    let keeper: BuildKeeper
    let user: UserRecord
    let other: UserRecord

    func id(_ name: String) -> String { BuildDesk.id(of: .sample(name)) }

    @discardableResult
    func request(_ name: String, by user: UserRecord? = nil) async throws -> BuildRecord {
        try await desk.request(.sample(name), for: user ?? self.user)
    }

    func events(_ name: String, by user: UserRecord? = nil) -> AsyncStream<BuildBoard.Event> {
        desk.events(of: id(name), for: user ?? self.user)
    }

    func build(_ name: String) async throws -> BuildRecord { try #require(try await desk.store.withID(id(name))) }

    @discardableResult
    func reaches(_ state: BuildRecord.State, _ name: String) async throws -> BuildRecord {
        try await eventually("\(name) is \(state)") { try await build(name).state == state }
        return try await build(name)
    }
}

/// A clock that goes on by a millisecond at each look, so that who comes first waits first.
private final class Moments: Sendable {
    private let count = Mutex(0)

    func next() -> Date {
        noon.addingTimeInterval(
            count.withLock { count in
                count += 1
                return Double(count) / 1000
            }
        )
    }
}

private func withBuilds(
    runs: Bool = true,
    _ body: @escaping @Sendable (BuildsFixture) async throws -> Void,
) async throws {
    let store = try Store.inMemory()
    let builder = FakeBuilder()
    let moments = Moments()
    let desk = BuildDesk(store: store.builds, builder: builder, settings: { BinderSettings() }, now: { moments.next() })
    let builds = BuildsFixture(
        store: store,
        builder: builder,
        desk: desk,
        keeper: BuildKeeper(desk: desk, clock: ContinuousClock(), logger: .quiet),
        user: try await store.addUser("ada"),
        other: try await store.addUser("bob"),
    )
    guard runs else { return try await body(builds) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await builds.keeper.run() }
        try await body(builds)
        group.cancelAll()
    }
}

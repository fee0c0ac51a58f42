import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Prepared archives` {
    @Test func `are made, kept for a day, and removed with their file`() async throws {
        try await withTakeouts { takeouts in
            let made = try await takeouts.prepare()
            let ready = try await takeouts.reaches(.ready, made.id)
            #expect(ready.size == 7)
            #expect(ready.expiresAt == noon.addingTimeInterval(86_400))
            #expect(takeouts.files == [made.id])
            try await takeouts.desk.store.forgetExpired(now: noon.addingTimeInterval(86_399))
            #expect(try await takeouts.desk.store.ids() == [made.id])
            try await takeouts.desk.store.forgetExpired(now: noon.addingTimeInterval(86_400))
            try await takeouts.keeper.tidy()
            #expect(takeouts.files.isEmpty)
        }
    }

    @Test func `go with their user`() async throws {
        try await withTakeouts { takeouts in
            let made = try await takeouts.prepare()
            _ = try await takeouts.reaches(.ready, made.id)
            _ = try await takeouts.store.users.remove(takeouts.user.name)
            try await takeouts.keeper.tidy()
            #expect(takeouts.files.isEmpty)
            #expect(try await takeouts.desk.store.ids().isEmpty)
        }
    }

    @Test func `are cancelled while they are made, and leave nothing`() async throws {
        try await withTakeouts { takeouts in
            let gate = Gate()
            takeouts.archives.wait(at: gate)
            let made = try await takeouts.prepare()
            try await eventually("it is being made") {
                takeouts.desk.board.progress(of: made.id) != nil && takeouts.files == ["\(made.id).part"]
            }
            try await takeouts.desk.remove(made.id, of: takeouts.user)
            try await eventually("nothing of it is left") {
                takeouts.desk.board.making.isEmpty && takeouts.files.isEmpty
            }
            gate.open()
        }
    }

    @Test(arguments: [TakeoutError.noRoom, .notFound(path: "x"), .failed(reason: "it broke")])
    func `that can't be made say why, and leave nothing`(error: TakeoutError) async throws {
        try await withTakeouts { takeouts in
            takeouts.archives.fail(error)
            let made = try await takeouts.prepare()
            let failed = try await takeouts.reaches(.failed, made.id)
            #expect(failed.failure == "\(error.message) \(error.remedy)")
            #expect(takeouts.files.isEmpty)
            await #expect(throws: TakeoutRefusal.notReady) { try await takeouts.desk.ready(made.id, of: takeouts.user) }
        }
    }

    @Test func `of one user take no more room than one may have`() async throws {
        var limits = TakeoutLimits()
        limits.roomOfOne = ByteCount(bytes: 10)
        limits.preparedOfOne = 3
        try await withTakeouts(limits) { takeouts in
            let first = try await takeouts.prepare()
            _ = try await takeouts.reaches(.ready, first.id)
            let second = try await takeouts.prepare()
            let failed = try await takeouts.reaches(.failed, second.id)
            #expect(failed.failure?.contains("larger than the 3") == true, "\(failed.failure ?? "")")
            #expect(takeouts.files == [first.id])
            _ = try await takeouts.prepare()
            await #expect(throws: StoreError.tooManyTakeouts(limit: 3)) { try await takeouts.prepare() }
        }
    }

    @Test func `of one user are made one after the other, so that others have their turn`() async throws {
        try await withTakeouts(runs: false) { takeouts in
            let bob = try await takeouts.store.addUser("bob")
            let first = try await takeouts.prepare()
            let second = try await takeouts.prepare()
            let other = try await takeouts.desk.prepare(
                try await takeouts.desk.order(try TakeoutChoice { _ in nil }, of: bob),
                of: bob,
            )
            #expect(try await takeouts.desk.store.begin()?.id == first.id)
            #expect(try await takeouts.desk.store.begin()?.id == other.id)
            #expect(try await takeouts.desk.store.begin() == nil)
            _ = try await takeouts.desk.store.change(first.id) { $0.state = .ready }
            #expect(try await takeouts.desk.store.begin()?.id == second.id)
        }
    }

    @Test func `that a killed hub was making are begun anew, at most three times`() async throws {
        try await withTakeouts(runs: false) { takeouts in
            let made = try await takeouts.prepare()
            for attempt in 1...3 {
                let begun = try await takeouts.desk.store.begin()
                #expect(begun?.attempts == attempt)
                _ = FileManager.default.createFile(atPath: takeouts.desk.draft(of: made.id), contents: Data([1]))
                await takeouts.keeper.recover()
                #expect(takeouts.files.isEmpty, "drafts of an earlier hub go")
            }
            #expect(try await takeouts.desk.store.begin() == nil)
            let failed = try await takeouts.desk.store.withID(made.id, ofUser: takeouts.user.id ?? 0)
            #expect(failed?.state == .failed)
        }
    }

    @Test func `are begun anew by the next hub when this one ends`() async throws {
        try await withTakeouts(runs: false) { takeouts in
            takeouts.archives.wait(at: Gate())
            let made = try await takeouts.prepare()
            let running = Task { try await takeouts.keeper.run() }
            try await eventually("it is being made") { takeouts.desk.board.progress(of: made.id) != nil }
            running.cancel()
            try await running.value
            let waiting = try await takeouts.reaches(.waiting, made.id)
            #expect(waiting.attempts == 0)
            #expect(takeouts.files.isEmpty)
        }
    }
}

private struct TakeoutFixture: Sendable {
    let store: Store
    let user: UserRecord
    let archives: FakeHomeArchives
    let desk: TakeoutDesk
    let keeper: TakeoutKeeper

    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: desk.folder)) ?? ["?"] }

    @discardableResult
    func prepare() async throws -> TakeoutRecord {
        try await desk.prepare(try await desk.order(try TakeoutChoice { _ in nil }, of: user), of: user)
    }

    func reaches(_ state: TakeoutRecord.State, _ id: String) async throws -> TakeoutRecord {
        try await eventually("it is \(state)") {
            try await desk.store.withID(id, ofUser: user.id ?? 0)?.state == state
        }
        return try #require(try await desk.store.withID(id, ofUser: user.id ?? 0))
    }
}

private func withTakeouts(
    _ limits: TakeoutLimits = TakeoutLimits(),
    runs: Bool = true,
    _ body: @Sendable (TakeoutFixture) async throws -> Void,
) async throws {
    var limits = limits
    // However full the disk is that the tests run on.
    limits.freeShare = 0
    let allowed = limits
    try await withFolder { folder in
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        let archives = FakeHomeArchives()
        let desk = TakeoutDesk(
            store: store.takeouts,
            audit: AuditTrail(store: store, now: { noon }),
            archives: archives,
            folder: folder,
            limits: { allowed },
            now: { noon }
        )
        let keeper = TakeoutKeeper(desk: desk, work: WorkAtOnce(), clock: ContinuousClock(), logger: .quiet)
        let fixture = TakeoutFixture(store: store, user: user, archives: archives, desk: desk, keeper: keeper)
        guard runs else { return try await body(fixture) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keeper.run() }
            try await body(fixture)
            group.cancelAll()
        }
    }
}

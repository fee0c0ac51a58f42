import CarrelModel
import CarrelSpawn
import Foundation
import Logging
import Synchronization
import Testing

@testable import CarrelHub

@Suite struct `The keeper of restore points` {
    private let alice = HomeID(instance: "default", slug: "alice")
    private let bob = HomeID(instance: "default", slug: "bob")

    @Test func `takes one of each home, once an hour`() async {
        let (storage, clock) = (ShelfStorage([alice, bob]), HandClock())
        let keeper = keeper(storage, clock)
        _ = await keeper.round()
        _ = await keeper.round()
        #expect(storage.points(of: alice).count == 1 && storage.points(of: bob).count == 1)
    }

    @Test func `goes on with other homes when one fails`() async {
        let storage = ShelfStorage([alice, bob], failing: [alice])
        _ = await keeper(storage, HandClock()).round()
        #expect(storage.points(of: alice).isEmpty && storage.points(of: bob).count == 1)
    }

    @Test func `removes the oldest and takes none while the disk is short`() async {
        let storage = ShelfStorage([alice, bob])
        let clock = HandClock()
        let old = RestorePoint(at: clock.now.addingTimeInterval(-7200))
        storage.put(old, of: alice)
        let isShort = await keeper(storage, clock, free: 5).round()
        #expect(isShort && storage.points(of: alice).isEmpty && storage.points(of: bob).isEmpty)
    }

    @Test func `a changed quota comes to every home whose quota differs`() async {
        let storage = ShelfStorage([alice, bob])
        let quota = ByteCount(bytes: 5)
        await HomeQuotas(storage: storage, quotas: { { _ in quota } }, logger: .quiet).apply()
        await HomeQuotas(storage: storage, quotas: { { _ in quota } }, logger: .quiet).apply()
        #expect(storage.settings == 2)
    }

    private func keeper(_ storage: ShelfStorage, _ clock: HandClock, free: Int64 = 50) -> RestorePointKeeper {
        RestorePointKeeper(
            storage: storage,
            quotas: HomeQuotas(storage: storage, quotas: { { _ in nil } }, logger: .quiet),
            settings: { RestorePointSettings() },
            space: { DiskSpace(size: 100, free: free) },
            clock: ContinuousClock(),
            now: { clock.now },
            logger: .quiet,
        )
    }
}

/// Homes that are only names.
private final class ShelfStorage: HomeStorage {
    private struct Shelf {
        var points: [HomeID: [RestorePoint]] = [:]
        var quotas: [HomeID: ByteCount] = [:]
        var settings = 0
    }

    let quotaStrength = QuotaStrength.hard
    private let homes: [HomeID]
    private let failing: Set<HomeID>
    private let shelf = Mutex(Shelf())

    init(_ homes: [HomeID], failing: Set<HomeID> = []) {
        self.homes = homes
        self.failing = failing
    }

    var settings: Int { shelf.withLock { $0.settings } }
    func points(of home: HomeID) -> [RestorePoint] { shelf.withLock { $0.points[home] ?? [] } }
    func put(_ point: RestorePoint, of home: HomeID) { shelf.withLock { $0.points[home, default: []].append(point) } }

    func prepare(_ home: HomeID, owner: Account?, quota: ByteCount?) async throws(SpawnError) -> String { "/" }
    func setQuota(_ quota: ByteCount?, of home: HomeID) async throws(SpawnError) {
        shelf.withLock {
            $0.quotas[home] = quota
            $0.settings += 1
        }
    }
    func usages() async throws(SpawnError) -> [HomeID: HomeUsage] {
        let quotas = shelf.withLock { $0.quotas }
        return Dictionary(
            uniqueKeysWithValues: homes.map { ($0, HomeUsage(used: ByteCount(bytes: 1), quota: quotas[$0])) }
        )
    }
    func restorePointFolder(of home: HomeID) -> String? { nil }
    func restorePoints(of home: HomeID) async throws(SpawnError) -> [RestorePoint] {
        if failing.contains(home) { throw .cannotPrepareHome(path: "/", reason: "it is a test") }
        return points(of: home)
    }
    func takeRestorePoint(of home: HomeID, at date: Date) async throws(SpawnError) -> RestorePoint? {
        let point = RestorePoint(at: date)
        put(point, of: home)
        return point
    }
    func removeRestorePoint(_ point: RestorePoint, of home: HomeID) async throws(SpawnError) {
        shelf.withLock { shelf in shelf.points[home]?.removeAll { $0 == point } }
    }

    func remove(_ home: HomeID) async throws(SpawnError) {}

    func finishRemovals() async throws(SpawnError) {}

    func homes(in instance: String) async -> [HomeID] { homes.filter { $0.instance == instance } }
}

import Foundation
import NIOCore
import Synchronization
import Testing

@testable import CarrelData

@Suite(.timeLimit(.minutes(1)))
struct `A guarded store` {
    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    private struct Guarded: Sendable {
        let base: FaultyStore
        let hand = HandTime()
        let store: GuardedStore
        let reports = Reports()

        final class Reports: Sendable {
            let all = Mutex<[GuardReport]>([])
            var states: [ConnectionState?] { all.withLock { $0.map(\.state) } }
        }

        init(_ base: FaultyStore = FaultyStore()) {
            self.base = base
            store = GuardedStore(base, time: hand.time) { [reports] report in
                reports.all.withLock { $0.append(report) }
            }
        }

        /// Lets time pass in small steps until a task that waits for it has ended.
        func passing<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
            let ended = Flag()
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    defer { ended.isSet.withLock { $0 = true } }
                    return try await work()
                }
                group.addTask { [hand] in
                    while !ended.isSet.withLock({ $0 }) {
                        if hand.sleepers > 0 { hand.pass(.seconds(1)) }
                        await Task.yield()
                    }
                    return nil
                }
                var value: Value?
                for try await end in group { value = end ?? value }
                return try #require(value)
            }
        }
    }

    @Test func `fails at once while the connection is down, looks once when a try is due, and goes on`() async throws {
        let guarded = Guarded()
        let (base, store) = (guarded.base, guarded.store)
        base.set(.fails(.unusable(.offline)), finds: .offline)
        await expect(.unusable(.offline)) { try await store.entry(at: .root) }
        for _ in 0..<5 { await expect(.unusable(.offline)) { try await store.remove(.root) } }
        #expect(await store.check() == .offline)
        #expect((base.calls, base.checks) == (1, 0))
        guarded.hand.pass(.seconds(2))
        await expect(.unusable(.offline)) { try await store.entry(at: .root) }
        #expect((base.calls, base.checks) == (1, 1))
        base.set(.works)
        guarded.hand.pass(.seconds(5))
        _ = try await store.entry(at: .root)
        #expect((base.calls, base.checks) == (2, 2))
        #expect(guarded.reports.states == [.offline, .connected])
    }

    @Test func `tells since when it is so, the last fault, and when it is tried again`() async throws {
        let guarded = Guarded()
        #expect(guarded.store.report.state == nil)
        guarded.hand.pass(.seconds(100))
        guarded.base.set(.fails(.unusable(.busy(retryAfter: .seconds(60)))), finds: .busy(retryAfter: .seconds(9)))
        await expect(.unusable(.busy(retryAfter: .seconds(60)))) { try await guarded.store.entry(at: .root) }
        let report = guarded.store.report
        #expect(report.since.timeIntervalSince1970 == 100)
        #expect(report.lastFault == ConnectionState.busy().message)
        #expect(report.lastFaultAt?.timeIntervalSince1970 == 100)
        #expect(report.nextTry?.timeIntervalSince1970 == 160)
        guarded.hand.pass(.seconds(60))
        #expect(await guarded.store.check() == .busy(retryAfter: .seconds(9)))
        #expect(guarded.store.report.since.timeIntervalSince1970 == 100)
        #expect(guarded.reports.states.count == 1)
    }

    @Test func `a call that gets no answer is given up in time, and so is a check`() async throws {
        let guarded = Guarded()
        guarded.base.set(.hangs)
        let (store, hand) = (guarded.store, guarded.hand)
        let found = try await guarded.passing { await fault { try await store.entry(at: .root) } ?? .cancelled }
        #expect(found == .unusable(.slow))
        #expect(guarded.base.cancelled == 1)
        #expect(store.report.state == .slow)
        hand.pass(.seconds(2))
        #expect(try await guarded.passing { await store.check() } == .slow)
        #expect(guarded.base.cancelled == 2)
    }

    @Test func `a file whose bytes stop coming breaks off`() async throws {
        let stalling = Guarded(FaultyStore(["one"], endsWell: false))
        let store = stalling.store
        let body = try await store.read(.root, .all, of: nil).body
        let found = try await stalling.passing { await fault { try await body.text() } ?? .cancelled }
        #expect(found == .unusable(.slow))
        #expect(store.report.state == .slow)
    }

    @Test func `who reads slowly isn't cut off`() async throws {
        let well = Guarded(FaultyStore(["1", "2", "3", "4", "5"]))
        let slow = try await well.store.read(.root, .all, of: nil).body
        var pieces = slow.makeAsyncIterator()
        _ = try await pieces.next()
        try await eventually("the store waits for the reader") { well.base.given == 3 }
        for _ in 0..<100 {
            well.hand.pass(.seconds(100))
            await Task.yield()
        }
        var rest = ""
        while let piece = try await pieces.next() { rest += String(buffer: piece) }
        #expect(rest == "2345")
        #expect(well.store.report.state == .connected)
    }

    @Test func `a list that stops coming breaks off, and a whole one is whole`() async throws {
        #expect(try await Guarded().store.entries(of: .root).all().count == 2)
        let stalling = Guarded(FaultyStore(endsWell: false))
        let store = stalling.store
        let found = try await stalling.passing {
            await fault { try await store.entries(of: .root).all() } ?? .cancelled
        }
        #expect(found == .unusable(.slow))
    }

    @Test func `a write that the store had whole and doesn't answer is unclear, and then it is looked`() async throws {
        let guarded = Guarded()
        let store = guarded.store
        _ = try await store.entry(at: .root)
        guarded.base.set(.hangs)
        let found = try await guarded.passing { await fault { try await store.put("x", .root) } ?? .cancelled }
        #expect(found == .unclear)
        guarded.base.set(.works)
        _ = try await store.entry(at: .root)
        #expect(guarded.base.checks == 1)
    }

    @Test func `who sends slowly isn't cut off`() async throws {
        let guarded = Guarded()
        let store = guarded.store
        let hand = guarded.hand
        let pieces = Pieces(
            count: 3,
            half: {
                for _ in 0..<100 {
                    hand.pass(.seconds(100))
                    await Task.yield()
                }
            }
        )
        _ = try await store.write(DataBody(pieces), to: .root, if: .none, modified: nil)
        #expect(store.report.state == .connected)
    }

    @Test func `a wrong password is shown once, and another one at once`() async throws {
        let guarded = Guarded()
        let store = guarded.store
        guarded.base.set(.fails(.unusable(.refused)), finds: .refused)
        for _ in 0..<100 {
            await expect(.unusable(.refused)) { try await store.entry(at: .root) }
            _ = await store.check()
            guarded.hand.pass(.seconds(2))
        }
        #expect(guarded.base.calls + guarded.base.checks == 1)
        let good = FaultyStore()
        store.renew(good)
        _ = try await store.entry(at: .root)
        #expect(good.calls == 1)
        #expect(guarded.reports.states == [.refused, nil, .connected])
    }

    @Test func `a person's test goes through at any time`() async throws {
        let guarded = Guarded()
        guarded.base.set(.fails(.unusable(.refused)), finds: .refused)
        await expect(.unusable(.refused)) { try await guarded.store.entry(at: .root) }
        guarded.base.set(.works)
        #expect(await guarded.store.checkNow() == .connected)
        _ = try await guarded.store.entry(at: .root)
    }

    @Test func `a full store is told so until there is room`() async throws {
        let guarded = Guarded()
        let store = guarded.store
        guarded.base.set(.fails(.overQuota))
        await expect(.overQuota) { try await store.put("x", .root) }
        #expect(store.report.state == .overQuota)
        guarded.base.set(.works)
        _ = try await store.entry(at: .root)
        #expect(store.report.state == .overQuota)
        _ = try await store.quota(at: .root)
        #expect(store.report.state == .connected)
    }

    @Test func `what keeps a file from being written is told with its name until it is written`() async throws {
        let guarded = Guarded()
        let store = guarded.store
        let (one, other) = (try #require(DataPath("d/one")), try #require(DataPath("other")))
        guarded.base.set(.fails(.locked))
        await expect(.locked) { try await store.put("x", one) }
        #expect(store.report.state == nil)
        #expect(store.report.lastFault == "d/one: \(DataFault.locked.message)")
        await expect(.locked) { try await store.remove(other) }
        #expect(store.report.lastFault?.hasPrefix("d/one: ") == true)
        guarded.base.set(.works)
        _ = try await store.put("x", other)
        #expect(store.report.lastFault?.hasPrefix("d/one: ") == true)
        _ = try await store.put("x", one)
        #expect(store.report.lastFault == nil)
        for fault in [DataFault.changed, .bodyFailed, .cancelled] {
            guarded.base.set(.fails(fault))
            await expect(fault) { try await store.put("x", one) }
            #expect(store.report.lastFault == nil)
        }
    }

    @Test func `a store for reading can't be written to`() async throws {
        let guarded = Guarded()
        guarded.base.set(.works, finds: .readOnly)
        #expect(guarded.store.abilities.isWritable)
        #expect(await guarded.store.check() == .readOnly)
        #expect(!guarded.store.abilities.isWritable)
    }

    @Test func `a caller that goes away while it looks lets another look`() async throws {
        let guarded = Guarded()
        let (base, store) = (guarded.base, guarded.store)
        base.set(.fails(.unusable(.offline)), finds: .offline)
        await expect(.unusable(.offline)) { try await store.entry(at: .root) }
        guarded.hand.pass(.seconds(2))
        base.set(.hangs)
        let caller = Task { try await store.entry(at: .root) }
        try await eventually("it looks") { base.checks == 1 }
        caller.cancel()
        _ = await caller.result
        #expect(store.report.state == .offline)
        base.set(.works)
        _ = try await store.entry(at: .root)
        #expect(store.report.state == .connected)
    }
}

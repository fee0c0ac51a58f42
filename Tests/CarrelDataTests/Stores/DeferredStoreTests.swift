import Foundation
import Synchronization
import Testing

@testable import CarrelData

@Suite(.timeLimit(.minutes(1)))
struct `A store that is made when it is needed` {
    /// Makes stores, the first of which is the first of a list, and so on; after the last it has none.
    private final class Maker: Sendable {
        private let left: Mutex<[FaultyStore]>
        private let times = Mutex(0)

        init(_ stores: [FaultyStore]) {
            left = Mutex(stores)
        }

        var made: Int { times.withLock { $0 } }

        func make() throws(DataFault) -> any DataStore {
            times.withLock { $0 += 1 }
            guard let next = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw .unusable(.missing) }
            return next
        }

        var store: DeferredStore { DeferredStore { () throws(DataFault) in try self.make() } }
    }

    private func ended(_ state: ConnectionState = .expired) -> FaultyStore {
        let store = FaultyStore()
        store.set(.fails(.unusable(state)), finds: state)
        return store
    }

    @Test func `is made once for all`() async throws {
        let maker = Maker([FaultyStore()])
        let store = maker.store
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await store.entry(at: .root) } }
            try await group.waitForAll()
        }
        #expect(await store.check() == .connected)
        #expect(maker.made == 1)
    }

    @Test(arguments: [ConnectionState.expired, .refused, .missing, .unfit("No.")])
    func `is made anew when its sign-in has ended, and nobody notices`(_ state: ConnectionState) async throws {
        let (first, second) = (FaultyStore(), FaultyStore())
        let maker = Maker([first, second])
        let store = maker.store
        _ = try await store.entry(at: .root)
        first.set(.fails(.unusable(state)), finds: state)
        try await store.remove(.root)
        #expect(second.calls == 1)
        #expect(await store.check() == .connected)
        #expect(maker.made == 2)
    }

    @Test func `a look finds that another works`() async throws {
        let (first, second) = (FaultyStore(), FaultyStore())
        let maker = Maker([first, second])
        let store = maker.store
        #expect(await store.check() == .connected)
        first.set(.works, finds: .expired)
        #expect(await store.check() == .connected)
        #expect((first.checks, second.checks) == (2, 1))
    }

    @Test func `one that never was of use isn't tried twice in a call, but in the next`() async throws {
        let maker = Maker([ended(), ended(), FaultyStore()])
        let store = maker.store
        await expect(.unusable(.expired)) { try await store.entry(at: .root) }
        #expect(await store.check() == .expired)
        #expect(maker.made == 2)
        _ = try await store.entry(at: .root)
        #expect(maker.made == 3)
        let none = Maker([]).store
        await expect(.unusable(.missing)) { try await none.quota(at: .root) }
        #expect(await none.check() == .missing)
    }

    @Test func `a write isn't tried twice, for its body is gone; whoever comes again soon gets another`() async throws {
        let (first, second) = (FaultyStore(), FaultyStore())
        let store = Maker([first, second]).store
        #expect(await store.check() == .connected)
        let file = try #require(DataPath("file"))
        first.set(.fails(.unusable(.expired)))
        let soon = DataFault.unusable(.busy(retryAfter: .seconds(1)))
        await expect(soon) { try await store.put("1", file) }
        #expect(second.calls == 0)
        _ = try await store.put("1", file)
        #expect(second.calls == 1)
        second.set(.fails(.unusable(.expired)))
        await expect(soon) { try await store.move(file, to: .root, replaces: true) }
    }

    @Test func `behind a guard, a token that was deleted keeps nobody out for long`() async throws {
        let (first, second) = (FaultyStore(), FaultyStore())
        let hand = HandTime()
        let guarded = GuardedStore(Maker([first, second]).store, time: hand.time)
        _ = try await guarded.entry(at: .root)
        first.set(.fails(.unusable(.expired)), finds: .expired)
        let file = try #require(DataPath("file"))
        await expect(.unusable(.busy(retryAfter: .seconds(1)))) { try await guarded.put("1", file) }
        hand.pass(.seconds(5))
        _ = try await guarded.put("1", file)
        #expect(guarded.report.state == .connected)
    }

    @Test(arguments: [DataFault.unusable(.offline), .unusable(.busy()), .notFound, .forbidden])
    func `is kept when anything else goes wrong`(_ fault: DataFault) async throws {
        let (first, maker) = (FaultyStore(), Maker([]))
        let store = DeferredStore { () throws(DataFault) in
            _ = try? maker.make()
            return first
        }
        _ = try await store.entry(at: .root)
        first.set(.fails(fault), finds: .offline)
        await expect(fault) { try await store.makeFolder(at: .root) }
        #expect(await store.check() == .offline)
        #expect(maker.made == 1)
    }
}

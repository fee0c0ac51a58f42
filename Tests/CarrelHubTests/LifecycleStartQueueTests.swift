import Testing

@testable import CarrelHub

@Suite struct `The queue of those who start` {
    /// A place that somebody was told.
    struct Told: Hashable, Sendable {
        let id: Int64
        let place: Int
    }

    @Test func `who waits goes on when a place is given up`() async throws {
        let queue = StartQueue(startsAtOnce: 5, capacity: 1, waitChanged: { _, _ in })
        try await queue.turn(of: 1)
        try await withThrowingTaskGroup(of: Int64.self) { group in
            group.addTask {
                try await queue.turn(of: 2)
                return 2
            }
            try await eventually("2 waits") { await queue.place(of: 2) == 1 }
            #expect(await !queue.hasTurn(2))
            await queue.leave(1)
            #expect(try await group.next() == 2)
        }
        #expect(await queue.hasTurn(2))
        #expect(await !queue.hasTurn(1))
    }

    @Test func `whoever has a turn isn't made to wait again`() async throws {
        let queue = StartQueue(startsAtOnce: 1, capacity: 1, waitChanged: { _, _ in })
        try await queue.turn(of: 1)
        try await queue.turn(of: 1)
        await queue.started(1)
        try await queue.turn(of: 1)
        #expect(await queue.place(of: 1) == nil)
    }

    @Test func `a cancelled wait gives the place up, and those behind move on`() async throws {
        let told = Notebook<Told>()
        let queue = StartQueue(startsAtOnce: 1, capacity: 1) { told.write(Told(id: $0, place: $1.place)) }
        try await queue.turn(of: 1)
        await withTaskGroup { group in
            for id in [2, 3] as [Int64] {
                let wait = Task { try await queue.turn(of: id) }
                try? await eventually("\(id) waits") { await queue.place(of: id) != nil }
                guard id == 2 else {
                    group.addTask { _ = await wait.result }
                    continue
                }
                group.addTask {
                    try? await eventually("3 waits") { await queue.place(of: 3) == 2 }
                    wait.cancel()
                    await #expect(throws: CancellationError.self) { try await wait.value }
                }
            }
            try? await eventually("3 is first") { await queue.place(of: 3) == 1 }
            await queue.leave(1)
        }
        #expect(await queue.hasTurn(3))
        #expect(await !queue.hasTurn(2))
        #expect(told.entries.contains(Told(id: 3, place: 2)))
        #expect(told.entries.last == Told(id: 3, place: 1))
    }

    @Test func `a wait that was cancelled before it began takes no place`() async throws {
        let queue = StartQueue(startsAtOnce: 1, capacity: 1, waitChanged: { _, _ in })
        try await queue.turn(of: 1)
        let gate = AsyncStream<Void>.makeStream()
        let wait = Task {
            for await _ in gate.stream {}
            try await queue.turn(of: 2)
        }
        wait.cancel()
        gate.continuation.finish()
        await #expect(throws: CancellationError.self) { try await wait.value }
        #expect(await queue.place(of: 2) == nil)
        await queue.leave(1)
        #expect(await !queue.hasTurn(2))
    }

    @Test func `a turn that came at the moment of the cancellation isn't lost for the others`() async throws {
        for _ in 0..<200 {
            let queue = StartQueue(startsAtOnce: 1, capacity: 1, waitChanged: { _, _ in })
            try await queue.turn(of: 1)
            let second = Task { try await queue.turn(of: 2) }
            let third = Task { try await queue.turn(of: 3) }
            for id in [2, 3] as [Int64] { try await eventually("\(id) waits") { await queue.place(of: id) != nil } }
            async let leaving: Void = queue.leave(1)
            second.cancel()
            await leaving
            // Whoever got a turn after all gives it up as the driver does.
            if case .success = await second.result {
                await queue.leave(2)
            } else if await queue.hasTurn(2) {
                await queue.leave(2)
            }
            try await third.value
            #expect(await queue.hasTurn(3))
        }
    }

    @Test func `wider limits let those who wait go on at once`() async throws {
        let queue = StartQueue(startsAtOnce: 1, capacity: 1, waitChanged: { _, _ in })
        try await queue.turn(of: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in [2, 3] as [Int64] { group.addTask { try await queue.turn(of: id) } }
            for id in [2, 3] as [Int64] { try await eventually("\(id) waits") { await queue.place(of: id) != nil } }
            await queue.setLimits(startsAtOnce: 3, capacity: 3)
            try await group.waitForAll()
        }
        for id in [1, 2, 3] as [Int64] { #expect(await queue.hasTurn(id)) }
    }
}

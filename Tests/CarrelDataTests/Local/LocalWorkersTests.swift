import Foundation
import Synchronization
import Testing

@testable import CarrelData

/// Something that work waits for, as for a disk that hangs.
private struct Gate: Sendable {
    private let opened = DispatchSemaphore(value: 0)

    /// Lets one go on, and whoever comes after it.
    func open() { opened.signal() }

    func pass() {
        opened.wait()
        opened.signal()
    }
}

private final class Counter: Sendable {
    let count = Mutex(0)
}

@Suite(.timeLimit(.minutes(2))) struct `Threads for local files` {
    private func run(_ workers: LocalWorkers, of user: UInt32, _ work: @escaping @Sendable () -> Void = {}) async
        -> Bool
    {
        do {
            try await workers.run(as: nil, of: .user(user), opening: {}) { _ in work() }
            return true
        } catch {
            #expect(error == .diskSilent)
            return false
        }
    }

    @Test func `are never all one person's`() async {
        let (workers, gate) = (LocalWorkers(), Gate())
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { await run(workers, of: 1) { gate.pass() } } }
            for user in UInt32(2)...6 { #expect(await run(workers, of: user)) }
            gate.open()
            for await isDone in group { #expect(isDone) }
        }
    }

    @Test func `that a disk holds fast are said so, and replaced for others`() async throws {
        let (workers, gate) = (LocalWorkers(threads: 3, limit: .milliseconds(100)), Gate())
        for user in UInt32(1)...4 {
            await withTaskGroup { group in
                for _ in 0..<3 { group.addTask { await run(workers, of: user) { gate.pass() } } }
                for await isDone in group { #expect(!isDone) }
            }
        }
        // On a busy machine even what is quick may take too long, once.
        while await !run(workers, of: 5) {}
        gate.open()
        while await !run(workers, of: 1) {}
    }

    @Test func `do nothing any more for one who was told that it took too long`() async throws {
        let (workers, gate) = (LocalWorkers(threads: 3, limit: .milliseconds(100)), Gate())
        let (counter, held) = (Counter(), Counter())
        // On a busy machine a wait may end before the work has begun.
        while held.count.withLock(\.self) < 2 {
            let isDone = await run(workers, of: 1) {
                held.count.withLock { $0 += 1 }
                gate.pass()
            }
            #expect(!isDone)
        }
        await withTaskGroup { group in
            for _ in 0..<3 { group.addTask { await run(workers, of: 1) { counter.count.withLock { $0 += 1 } } } }
            for await isDone in group { #expect(!isDone) }
        }
        gate.open()
        while await !run(workers, of: 1) {}
        #expect(counter.count.withLock(\.self) == 0)
    }
}

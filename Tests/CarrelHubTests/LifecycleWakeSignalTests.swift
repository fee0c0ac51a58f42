import CarrelTestSupport
import Testing

@testable import CarrelHub

@Suite struct `The signal that wakes a driver` {
    struct Mishap: Error {}

    @Test func `it is raised once however often, and can be cleared`() async {
        let signal = WakeSignal()
        #expect(!signal.isRaised)
        for _ in 0..<3 { signal.raise() }
        #expect(signal.isRaised)
        await signal.wait()
        signal.clear()
        #expect(!signal.isRaised)
    }

    @Test func `work that isn't disturbed gives its result`() async throws {
        let signal = WakeSignal()
        #expect(try await signal.orUntilRaised { 7 } == 7)
        await #expect(throws: Mishap.self) { try await signal.orUntilRaised { throw Mishap() } }
    }

    @Test func `a signal cancels work under way, and waits for its end`() async throws {
        let signal = WakeSignal()
        let (began, never) = (Gate(), Gate())
        let diary = Notebook<String>()
        async let result: Int? = signal.orUntilRaised {
            began.open()
            await never.passed()
            diary.write("cancelled: \(Task.isCancelled)")
            return 7
        }
        await began.passed()
        signal.raise()
        #expect(try await result == nil)
        #expect(diary.entries == ["cancelled: true"])
    }

    @Test func `it waits again after a wait that was cancelled, and doesn't spin`() async throws {
        let signal = WakeSignal()
        #expect(try await signal.orUntilRaised { 7 } == 7)
        let diary = Notebook<String>()
        let waiting = Task {
            await signal.wait()
            diary.write("awake")
        }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(diary.entries == [])
        signal.raise()
        await waiting.value
        #expect(diary.entries == ["awake"])
    }

    @Test func `a signal from before counts too`() async throws {
        let signal = WakeSignal()
        signal.raise()
        let never = Gate()
        #expect(try await signal.orUntilRaised { await never.passed() } == nil)
    }

    @Test func `one that was cleared doesn't count any more`() async throws {
        let signal = WakeSignal()
        signal.raise()
        signal.clear()
        let gate = Gate()
        async let result: Int? = signal.orUntilRaised {
            await gate.passed()
            return 7
        }
        gate.open()
        #expect(try await result == 7)
    }

    @Test func `a cancelled task doesn't wait on`() async throws {
        let (signal, over) = (WakeSignal(), Notebook<String>())
        let never = Gate()
        let waiting = Task {
            await signal.wait()
            over.write("wait")
        }
        let working = Task {
            _ = try? await signal.orUntilRaised { await never.passed() }
            over.write("work")
        }
        try await eventually("both wait") { signal.waiters == 2 }
        for task in [waiting, working] { task.cancel() }
        try await eventually("both have given up") { over.entries.count == 2 }
        #expect(Set(over.entries) == ["wait", "work"])
        #expect(!signal.isRaised)
        #expect(signal.waiters == 0)
    }

    @Test func `being cancelled is no signal, whichever of the two ends first`() async throws {
        let signal = WakeSignal()
        let never = Gate()
        let working = Task {
            try await signal.orUntilRaised {
                await never.passed()
                while signal.waiters > 0 { await Task.yield() }
                for _ in 0..<100 { await Task.yield() }
            }
        }
        try await eventually("the signal is waited for") { signal.waiters == 1 }
        working.cancel()
        await #expect(throws: CancellationError.self) { try await working.value }
    }

    @Test func `no raise is lost between a look and a wait`() async throws {
        let signal = WakeSignal()
        for round in 0..<500 {
            signal.clear()
            let never = Gate()
            async let raising: Void = { signal.raise() }()
            let result: Void? = try await signal.orUntilRaised { await never.passed() }
            #expect(result == nil, "round \(round)")
            await raising
        }
    }
}

import Testing

@testable import CarrelHub

@Suite struct WakeSignalTests {
    @Test func `a wait that was cancelled doesn't spoil the next one`() async throws {
        let signal = WakeSignal()
        #expect(try await signal.orUntilRaised { 1 } == 1)
        // The first call has cancelled its wait. Were the signal spoilt, this wait would end before the work does.
        let value = try await signal.orUntilRaised {
            for _ in 0..<1_000 { await Task.yield() }
            return 2
        }
        #expect(value == 2)
    }

    @Test func `raising it ends the wait and cancels the work`() async throws {
        let signal = WakeSignal()
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        async let result = signal.orUntilRaised {
            continuation.yield()
            try await Task.sleep(for: .seconds(600))
            return 1
        }
        for await _ in stream { break }
        signal.raise()
        #expect(try await result == nil)
    }

    @Test func `what was raised before the wait isn't missed`() async throws {
        let signal = WakeSignal()
        signal.raise()
        #expect(signal.isRaised)
        await signal.wait()
        signal.clear()
        #expect(!signal.isRaised)
    }
}

import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The time between two looks` {
    @Test func `follows a new configuration at once, and counts from the last look`() async throws {
        let (clock, date, length) = (StepClock(), HandClock(), Notebook<Duration>())
        length.write(.seconds(600))
        let interval = ChangingInterval(
            length: { length.entries.last ?? .zero },
            changed: WakeSignal(),
            clock: clock,
            now: { date.now },
        )
        let waiting = Task { try await interval.wait(since: noon) }
        defer { waiting.cancel() }
        try await eventually("it waits") { clock.naps == [.seconds(600)] }
        date.advance(by: 20)
        length.write(.seconds(60))
        interval.changed.raise()
        try await eventually("it waits for less") { clock.naps == [.seconds(40)] }
        length.write(.seconds(90))
        interval.changed.raise()
        try await eventually("it waits for more") { clock.naps == [.seconds(70)] }
        length.write(.seconds(10))
        interval.changed.raise()
        try await waiting.value
        #expect(clock.naps.isEmpty)
    }

    @Test func `ends with its task`() async throws {
        let interval = ChangingInterval(
            length: { .seconds(600) },
            changed: WakeSignal(),
            clock: StepClock(),
            now: { noon },
        )
        let waiting = Task { try await interval.wait(since: noon) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}

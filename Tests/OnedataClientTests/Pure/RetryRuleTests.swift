import Testing

@testable import OnedataClient

@Suite struct RetryRuleTests {
    private let busy = CallFailure(.unavailable(.onezone, after: nil))

    private func pause(_ failure: CallFailure, attempt: Int = 1, isSafe: Bool = true) -> Duration? {
        RetryRule().pause(after: failure, attempt: attempt, isSafe: isSafe, chance: 1)
    }

    @Test func `pauses grow, and end after three attempts`() {
        #expect(pause(busy, attempt: 1) == .milliseconds(200))
        #expect(pause(busy, attempt: 2) == .milliseconds(400))
        #expect(pause(busy, attempt: 3) == nil)
    }

    @Test func `chance takes up to half of a pause`() {
        let rule = RetryRule()
        #expect(rule.pause(after: busy, attempt: 1, isSafe: true, chance: 0) == .milliseconds(100))
    }

    @Test func `a service says how long, up to ten seconds`() {
        #expect(pause(CallFailure(.unavailable(.onezone, after: .seconds(10)))) == .seconds(10))
        #expect(pause(CallFailure(.unavailable(.onezone, after: .seconds(11)))) == nil)
        #expect(pause(CallFailure(.tooManyRequests(.onezone, after: .seconds(1)))) == .seconds(1))
        #expect(pause(CallFailure(.tooManyRequests(.onezone, after: .zero))) == .milliseconds(200))
    }

    @Test func `what may have been done is repeated only if that is safe`() {
        let open = CallFailure(.unreachable(.onezone), isOpen: true)
        #expect(pause(open) != nil)
        #expect(pause(open, isSafe: false) == nil)
        #expect(pause(CallFailure(.unreachable(.onezone)), isSafe: false) != nil)
    }

    @Test func `a service isn't waited for where another can be asked`() {
        var rule = RetryRule()
        rule.waits = false
        #expect(rule.pause(after: busy, attempt: 1, isSafe: true, chance: 1) == nil)
    }

    @Test(
        arguments: [
            .slow(.onezone, after: .seconds(1)), .forbidden, .token(.expired), .nonsense(.onezone, .redirect),
            .notFound,
            .cancelled,
        ] as [OnedataError]
    )
    func `what won't change is asked once`(_ error: OnedataError) {
        #expect(pause(CallFailure(error)) == nil)
    }
}

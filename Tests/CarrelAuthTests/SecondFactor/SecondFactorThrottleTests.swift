import Foundation
import Testing

@testable import CarrelAuth

/// Tries codes of one account as the hub does: counted ahead, taken back when right.
private struct CodeDesk {
    let throttle = SignInThrottle()
    var stored: [ThrottleKey: SignInThrottle.Record] = [:]
    var now = noon

    /// Tries a code; nil when it was looked at, otherwise the seconds to wait.
    mutating func attempt(browser: String? = nil, isRight: Bool = false) -> Int? {
        let keys = ThrottleKey.keys(secondFactorOf: "alice", browser: browser)
        let records = stored.filter { keys.contains($0.key) }
        if case .wait(let seconds) = throttle.decide(records, at: now) { return seconds }
        let before = stored
        for key in keys { stored[key] = throttle.record(failure: stored[key], for: key, at: now) }
        guard isRight else { return nil }
        let counted = stored
        for key in keys {
            let (counted, before) = (counted[key], before[key])
            stored[key] = throttle.record(success: counted, counted: counted, before: before, for: key)
        }
        return nil
    }

    /// Guesses as fast as it is let, and says how many guesses that made.
    mutating func attack(days: Int, resting rest: Double = 0) -> Int {
        let end = now + Double(days) * 86_400
        var guesses = 0
        while now < end {
            if let wait = attempt() {
                now += wait > 300 && rest > 0 ? rest : Double(wait)
            } else {
                guesses += 1
            }
        }
        return guesses
    }
}

@Suite struct SecondFactorThrottleTests {
    @Test func `five mistakes are free, then the wait doubles to four hours`() {
        var desk = CodeDesk()
        var waits: [Int] = []
        while waits.last != 14_400 {
            guard let wait = desk.attempt() else { continue }
            waits.append(wait)
            desk.now += Double(wait)
        }
        #expect(waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 14_400])
    }

    @Test(arguments: [0, 1, 2, 7])
    func `within a year a guesser who knows the password has a chance below one in a hundred`(_ restDays: Int) {
        var desk = CodeDesk()
        let guesses = desk.attack(days: 365, resting: Double(restDays) * 86_400)
        #expect(guesses > 100 && Double(guesses) * 3 / 1_000_000 < 0.01)
    }

    @Test func `an owner's sign-in gives the guesser no fresh start, and makes nobody wait`() {
        var desk = CodeDesk()
        _ = desk.attack(days: 1)
        while let wait = desk.attempt(isRight: true) { desk.now += Double(wait) }
        #expect(desk.attempt(isRight: true) == nil)
        #expect(desk.attempt() == nil)
        #expect(desk.attempt() == 14_400)
    }

    @Test func `who signs in rightly each day never waits`() {
        var desk = CodeDesk()
        for _ in 0..<100 {
            #expect(desk.attempt() == nil && desk.attempt() == nil && desk.attempt(isRight: true) == nil)
            desk.now += 86_400
        }
    }

    @Test func `a guesser doesn't keep the owner out of a known browser, whose thief is slowed alike`() {
        var desk = CodeDesk()
        _ = desk.attack(days: 1)
        #expect(desk.attempt(browser: "b1", isRight: true) == nil)
        for _ in 0..<6 { #expect(desk.attempt(browser: "b1") == nil) }
        #expect(desk.attempt(browser: "b1") == 5 && desk.attempt(browser: "b2") == nil)
    }

    @Test func `passwords and codes are counted apart, and so are accounts`() {
        let code = ThrottleKey.keys(secondFactorOf: "alice")
        #expect(code.count == 1 && code != ThrottleKey.keys(secondFactorOf: "bob"))
        #expect(!ThrottleKey.keys(account: "alice", address: nil).contains(code[0]))
        #expect(!code[0].text.contains("alice") && code[0].text.utf8.count < 50)
    }
}

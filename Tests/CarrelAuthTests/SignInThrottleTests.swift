import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

/// What a store does for the throttle, in memory.
private struct Desk {
    let throttle = SignInThrottle()
    var stored: [String: SignInThrottle.Record] = [:]
    var now = noon

    /// Tries to sign in; nil when it was let through.
    mutating func attempt(
        _ account: String,
        from address: String,
        browser: String? = nil,
        isRight: Bool = false
    ) -> Int? {
        let keys = ThrottleKey.keys(account: account, address: RequestAddress(address), browser: browser)
        let records = keys.compactMap { key in stored[key.text].map { (key, $0) } }
        if case .wait(let seconds) = throttle.decide(Dictionary(uniqueKeysWithValues: records), at: now) {
            return seconds
        }
        let before = stored
        for key in keys { stored[key.text] = throttle.record(failure: stored[key.text], for: key, at: now) }
        guard isRight else { return nil }
        let counted = stored
        for key in keys {
            let (counted, before) = (counted[key.text], before[key.text])
            stored[key.text] = throttle.record(success: counted, counted: counted, before: before, for: key)
        }
        return nil
    }

    /// Guesses as fast as it is let, and says how many guesses that made.
    mutating func attack(_ account: String, for seconds: Int, from address: (Int) -> String) -> Int {
        let end = now.addingTimeInterval(Double(seconds))
        var guesses = 0
        var tries = 0
        while now < end {
            tries += 1
            if let wait = attempt(account, from: address(tries)) {
                now += Double(wait)
            } else {
                guesses += 1
            }
        }
        return guesses
    }
}

@Suite struct SignInThrottleTests {
    @Test func `five mistakes are free, then the wait doubles up to its maximum`() {
        var desk = Desk()
        var waits: [Int] = []
        for _ in 0..<20 {
            if let wait = desk.attempt("alice", from: "192.0.2.1") {
                waits.append(wait)
                desk.now += Double(wait)
                #expect(desk.attempt("alice", from: "192.0.2.1") == nil)
            }
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
        #expect(desk.stored.count == 3)
    }

    @Test func `one machine gets few guesses a day`() {
        var desk = Desk()
        #expect(desk.attack("alice", for: 86_400) { _ in "192.0.2.1" } < 200)
    }

    @Test func `a stranger elsewhere doesn't make the owner wait`() {
        var desk = Desk()
        _ = desk.attack("alice", for: 600) { _ in "192.0.2.1" }
        #expect(desk.attempt("alice", from: "198.51.100.7", isRight: true) == nil)
    }

    @Test func `ten thousand machines get no more than one guess in ten seconds`() {
        var desk = Desk()
        let guesses = desk.attack("alice", for: 3600) { "10.\($0 / 65536 % 256).\($0 / 256 % 256).\($0 % 256)" }
        #expect((300...600).contains(guesses))
    }

    @Test func `under such an attack a new browser waits ten seconds at most and a known one not at all`() {
        var desk = Desk()
        _ = desk.attack("alice", for: 3600) { "10.\($0 / 65536 % 256).\($0 / 256 % 256).\($0 % 256)" }
        _ = desk.attempt("alice", from: "10.200.0.1")
        #expect(desk.attempt("alice", from: "198.51.100.7").map { $0 <= 10 } ?? true)
        #expect(desk.attempt("alice", from: "198.51.100.7", browser: "b1", isRight: true) == nil)
    }

    @Test func `a hostile neighbour in the same network doesn't lock a known browser out`() {
        var desk = Desk()
        for index in 0..<500 { _ = desk.attempt("user\(index)", from: "192.0.2.1") }
        #expect(desk.attempt("bob", from: "192.0.2.1") != nil)
        #expect(desk.attempt("alice", from: "192.0.2.1", browser: "b1", isRight: true) == nil)
    }

    @Test func `a stolen browser mark gives five guesses like any address`() {
        var desk = Desk()
        for _ in 0..<6 { #expect(desk.attempt("alice", from: "192.0.2.1", browser: "b1") == nil) }
        #expect(desk.attempt("alice", from: "203.0.113.9", browser: "b1") == 1)
    }

    @Test func `one machine can't try one password on every account`() {
        var desk = Desk()
        let free = (0..<500).count { desk.attempt("user\($0)", from: "192.0.2.1") == nil }
        #expect(free == 101)
    }

    @Test func `the addresses of one IPv6 network count as one`() {
        var desk = Desk()
        for index in 0..<6 { #expect(desk.attempt("alice", from: "2001:db8:1:2::\(index)") == nil) }
        #expect(desk.attempt("alice", from: "2001:db8:1:2:ffff::1") == 1)
        #expect(desk.attempt("alice", from: "2001:db8:1:3::1") == nil)
    }

    @Test func `signing in rightly clears the mistakes made before, but not those of the network`() {
        var desk = Desk()
        for index in 0..<100 { _ = desk.attempt("user\(index)", from: "192.0.2.1") }
        for _ in 0..<3 { #expect(desk.attempt("mallory", from: "192.0.2.1", isRight: true) == nil) }
        let network = ThrottleKey.keys(account: "", address: RequestAddress("192.0.2.1"))[1]
        #expect(desk.stored[network.text]?.failures == 100)
        desk = Desk()
        for _ in 0..<4 { _ = desk.attempt("alice", from: "192.0.2.1") }
        _ = desk.attempt("alice", from: "192.0.2.1", isRight: true)
        for _ in 0..<5 { #expect(desk.attempt("alice", from: "192.0.2.1") == nil) }
    }

    @Test func `who signs in rightly makes nobody else wait`() {
        var desk = Desk()
        for index in 0..<106 {
            if let wait = desk.attempt("user\(index)", from: "192.0.2.1") { desk.now += Double(wait) }
        }
        desk.now += 60
        for index in 0..<30 { #expect(desk.attempt("student\(index)", from: "192.0.2.1", isRight: true) == nil) }
        #expect(desk.attempt("user", from: "192.0.2.1") == nil)
        #expect(desk.attempt("student", from: "192.0.2.1", isRight: true) != nil)
    }

    @Test
    func `no more than six passwords of an account reach a directory in half an hour, however many networks there are`()
    {
        let throttle = SignInThrottle()
        var stored: [ThrottleKey: SignInThrottle.Record] = [:]
        var tries: [Date] = []
        for second in 0..<(4 * 3600) {
            let now = noon + Double(second)
            let address = RequestAddress("10.0.\(second / 256 % 256).\(second % 256)")
            let keys = ThrottleKey.keys(directoryAccount: "uni/ada", address: address)
            guard case .allow = throttle.decide(stored.filter { keys.contains($0.key) }, at: now) else { continue }
            for key in keys { stored[key] = throttle.record(failure: stored[key], for: key, at: now) }
            tries.append(now)
        }
        let most = tries.map { first in tries.count { $0 >= first && $0 < first + 1800 } }.max()
        #expect((3...6).contains(most ?? 0))
        #expect(ThrottleKey.keys(directoryAccount: "uni/ada", address: nil, browser: "b1").count == 1)
    }

    @Test func `what nobody could look at forgets nothing`() {
        let throttle = SignInThrottle()
        for key in ThrottleKey.keys(account: "alice", address: nil) {
            let before = SignInThrottle.Record(failures: 4, lastFailure: noon)
            let counted = throttle.record(failure: before, for: key, at: noon + 10)
            let left = throttle.record(success: counted, counted: counted, before: before, for: key, isSuccess: false)
            #expect(left == before)
        }
    }

    @Test func `what came between a try and its success stays counted`() {
        let throttle = SignInThrottle()
        let key = ThrottleKey.keys(account: "alice", address: nil)[1]
        let before = SignInThrottle.Record(failures: 40, lastFailure: noon)
        let counted = throttle.record(failure: before, for: key, at: noon + 10)
        let between = throttle.record(failure: counted, for: key, at: noon + 20)
        let left = throttle.record(success: between, counted: counted, before: before, for: key)
        #expect(left == SignInThrottle.Record(failures: 41, lastFailure: noon + 20))
        #expect(throttle.record(success: counted, counted: counted, before: before, for: key) == before)
        #expect(throttle.record(success: nil, counted: counted, before: before, for: key) == nil)
    }

    @Test func `a class that signs in rightly behind one address never waits`() {
        var desk = Desk()
        for index in 0..<1000 { #expect(desk.attempt("student\(index)", from: "192.0.2.1", isRight: true) == nil) }
        #expect(desk.stored.isEmpty)
    }

    @Test func `failures are forgotten with time`() {
        let throttle = SignInThrottle()
        let key = ThrottleKey.keys(account: "alice", address: nil)[0]
        let record = SignInThrottle.Record(failures: 20, lastFailure: noon)
        #expect(throttle.decide([key: record], at: noon) == .wait(seconds: 900))
        #expect(throttle.decide([key: record], at: noon + 3600 * 2) == .allow)
        #expect(throttle.record(failure: record, for: key, at: noon + 3600).failures == 11)
        #expect(!throttle.isForgotten(record, for: key, at: noon + 3600 * 4))
        #expect(throttle.isForgotten(record, for: key, at: noon + 3600 * 5))
        #expect(throttle.isForgotten(record, for: key, at: .distantFuture))
    }

    @Test func `a clock that was set back, and a damaged record, keep nobody waiting longer`() {
        let throttle = SignInThrottle()
        let key = ThrottleKey.keys(account: "alice", address: nil)[0]
        for record in [
            SignInThrottle.Record(failures: 50, lastFailure: .distantFuture),
            SignInThrottle.Record(failures: .max, lastFailure: noon),
        ] {
            #expect(throttle.decide([key: record], at: noon) == .wait(seconds: 900))
            #expect(throttle.record(failure: record, for: key, at: noon).failures <= 1_000_001)
        }
        #expect(throttle.decide([key: .init(failures: .min, lastFailure: noon)], at: noon) == .allow)
    }

    @Test func `what is stored shows no name, and equal parts at other borders differ`() {
        let keys = ThrottleKey.keys(account: "my secret password", address: RequestAddress("192.0.2.1"))
        #expect(keys.count == 3 && keys.allSatisfy { !$0.text.contains("secret") && $0.text.utf8.count < 50 })
        let one = ThrottleKey.keys(account: "a1", address: nil, browser: "b")[0]
        #expect(one != ThrottleKey.keys(account: "a", address: nil, browser: "1b")[0])
    }
}

@Suite struct KnownBrowserTests {
    @Test func `a mark is known for its account and key only`() throws {
        var generator = SeededGenerator(seed: 5)
        let key = try #require(HubKey(bytes: Data(repeating: 1, count: 32)))
        let other = try #require(HubKey(bytes: Data(repeating: 2, count: 32)))
        let mark = KnownBrowser.mark(for: "alice", at: noon, key: key, using: &generator)
        func id(_ marks: String..., account: String = "alice", key: HubKey) -> String? {
            KnownBrowser.id(in: marks, for: account, at: noon, key: key)
        }
        let known = try #require(id(mark, key: key))
        #expect(known.count == 32)
        #expect(id(mark, account: "bob", key: key) == nil)
        #expect(id(mark, key: other) == nil)
        let later = mark.replacing(".", with: ".9", maxReplacements: 1)
        for broken in ["", ".", String(mark.dropLast()), mark + "0", mark.uppercased(), String(mark.reversed()), later]
        {
            #expect(id(broken, key: key) == nil)
        }
        #expect(id("planted", later, mark, key: key) == known)
    }

    @Test func `a mark is known for a year, and not where a second factor came later`() throws {
        var generator = SeededGenerator(seed: 5)
        let key = try #require(HubKey(bytes: Data(repeating: 1, count: 32)))
        let mark = KnownBrowser.mark(for: "alice", at: noon, key: key, using: &generator)
        func isKnown(after seconds: Double, since: Double? = nil) -> Bool {
            KnownBrowser.id(
                in: [mark],
                for: "alice",
                since: since.map { noon.addingTimeInterval($0) },
                at: noon.addingTimeInterval(seconds),
                key: key,
            ) != nil
        }
        let year = 365.0 * 86_400
        #expect(isKnown(after: year) && !isKnown(after: year + 1))
        #expect(isKnown(after: -60) && !isKnown(after: -61))
        #expect(isKnown(after: 10, since: 0) && !isKnown(after: 10, since: 1))
    }
}

public import Foundation

/// How long somebody must wait before the next password is looked at, decided from records alone.
///
/// JupyterHub has none. The aim is to make guessing slow without letting a stranger lock an owner out:
///
/// - Failures count per **account and network** (IPv4 address, IPv6 /64): five are free, then the wait doubles from
///   1 s to 15 min. Somebody who guesses from elsewhere doesn't make the owner wait.
/// - Failures count per **network** over all accounts, with a higher threshold, since a whole institute may share one
///   address: against one machine trying a common password on many accounts.
/// - Failures count per **account** over all networks, against many machines: after 100 of them it takes
///   at most one guess each ten seconds. The wait stays that short, and so bounded, however long an attack lasts.
/// - Wrong codes of an **authenticator app** count per account, where the password was right: a few free ones, then the
///   wait grows to four hours.
/// - Wrong passwords of a **directory's account** count over all networks too, and few are free: directories lock accounts.
/// - Wrong **access codes** of an instance count per network, and per instance over all networks.
/// - A **known browser**, one that signed in to this account before (``KnownBrowser``), is counted by itself alone, so
///   neither an attack on the account nor a hostile neighbour in the same network keeps its owner out. This is OWASP's
///   device cookie; a thief of the cookie gets five guesses, like anybody.
/// - Failures halve with each quiet half-life, so all is forgotten with time and nothing needs an operator.
///
/// Names that don't exist are counted alike, so throttling doesn't tell which accounts exist. Count an attempt as
/// failed **before** its password is hashed, in one transaction with ``decide(_:at:)``, and take it back with
/// ``record(success:for:)``: otherwise a hundred attempts sent at once would all pass before the first is counted.
public struct SignInThrottle: Sendable, Equatable {
    /// What failures are counted for, and how fast waiting grows.
    public struct Rule: Sendable, Equatable {
        /// Failures that cost nothing.
        public var freeFailures: Int
        /// The wait after the first failure that isn't free; each further one doubles it.
        public var firstWait: Duration
        /// The longest wait.
        public var longestWait: Duration
        /// After this much time without a failure, half of them are forgotten; longer than `longestWait`.
        public var halfLife: Duration

        /// Makes a rule.
        public init(freeFailures: Int, firstWait: Duration, longestWait: Duration, halfLife: Duration) {
            self.freeFailures = freeFailures
            self.firstWait = firstWait
            self.longestWait = longestWait
            self.halfLife = halfLife
        }
    }

    /// The failures that are remembered for one ``ThrottleKey``.
    public struct Record: Sendable, Equatable {
        /// How many, not yet diminished by time.
        public let failures: Int
        /// When the last one was counted.
        public let lastFailure: Date

        /// Makes a record, as the store keeps it.
        public init(failures: Int, lastFailure: Date) {
            self.failures = failures
            self.lastFailure = lastFailure
        }

        /// Whether nothing came between; a store may keep milliseconds only.
        fileprivate func isSame(as other: Record) -> Bool {
            failures == other.failures && abs(lastFailure.timeIntervalSince(other.lastFailure)) < 0.001
        }
    }

    /// Whether a password is looked at.
    public enum Decision: Sendable, Equatable {
        /// Now.
        case allow
        /// Not before this time has passed; whole seconds, for `Retry-After`. The answer is 429.
        case wait(seconds: Int)
    }

    /// For one account from one network, and for one known browser.
    public var pair = Rule(
        freeFailures: 5,
        firstWait: .seconds(1),
        longestWait: .seconds(900),
        halfLife: .seconds(3600)
    )
    /// For one network, over all accounts.
    public var network = Rule(
        freeFailures: 100,
        firstWait: .seconds(1),
        longestWait: .seconds(60),
        halfLife: .seconds(900)
    )
    /// For one account, over all networks.
    public var account = Rule(
        freeFailures: 100,
        firstWait: .seconds(1),
        longestWait: .seconds(10),
        halfLife: .seconds(3600)
    )

    /// For one access code that many people share, over all networks.
    ///
    /// Generous, as who guesses makes all others wait; from then on there are at most some 17,000 guesses a day.
    public var code = Rule(
        freeFailures: 500,
        firstWait: .seconds(1),
        longestWait: .seconds(5),
        halfLife: .seconds(3600)
    )

    /// For the authenticator app's codes of one account, over all networks, and for those from one known browser.
    ///
    /// A guess is right with three chances in a million (``TOTPSecret/matches(code:at:after:)``). At one each four hours
    /// that is less than one in a hundred within a year. Who has to wait so long may use a recovery code.
    public var secondFactor = Rule(
        freeFailures: 5,
        firstWait: .seconds(5),
        longestWait: .seconds(14400),
        halfLife: .seconds(86400)
    )

    /// For one account of a directory, over all networks, from browsers that aren't known.
    ///
    /// Directories lock accounts after some wrong passwords: no more than six of them come there in any half an hour.
    public var directory = Rule(
        freeFailures: 2,
        firstWait: .seconds(300),
        longestWait: .seconds(900),
        halfLife: .seconds(1800)
    )

    /// Makes a throttle with the rules above.
    public init() {}

    /// Decides on the next attempt: the longest wait that any of its records asks for.
    ///
    /// - Parameters:
    ///   - records: what the store has for the attempt's ``ThrottleKey/keys(account:address:browser:)``.
    ///   - now: the clock. One that was set back makes nobody wait longer than `longestWait`.
    /// - Returns: whether to look at the password.
    public func decide(_ records: [ThrottleKey: Record], at now: Date) -> Decision {
        let longest = records.map { wait(for: $0.key, $0.value, at: now) }.max() ?? 0
        return longest <= 0 ? .allow : .wait(seconds: Int(longest.rounded(.up)))
    }

    /// Counts a failure, and returns what to store.
    ///
    /// - Parameters:
    ///   - record: what was stored, if anything.
    ///   - key: what it is stored for.
    ///   - now: the clock.
    /// - Returns: what to store.
    public func record(failure record: Record?, for key: ThrottleKey, at now: Date) -> Record {
        let before = record.map { remaining($0, rule(for: key), at: now) } ?? 0
        return Record(failures: min(before, 1_000_000) + 1, lastFailure: now)
    }

    /// Takes back an attempt that was counted as failed and then succeeded: everything is as if there had been none, so that a
    /// success makes nobody wait.
    ///
    /// Only the pair's past is forgotten: somebody could otherwise clear a network's failures by signing in to their
    /// own account now and then, and an owner who signs in would otherwise give a guesser of their codes a fresh start.
    ///
    /// - Parameters:
    ///   - record: what is stored now.
    ///   - counted: what the attempt was counted as.
    ///   - before: what was stored before it.
    ///   - key: what it is stored for.
    ///   - isSuccess: false for one that nobody could look at, after which nothing of the past is forgotten.
    /// - Returns: what to store, nil to delete.
    public func record(
        success record: Record?,
        counted: Record?,
        before: Record?,
        for key: ThrottleKey,
        isSuccess: Bool = true,
    ) -> Record? {
        switch key.kind {
        case .pair where isSuccess, .browser where isSuccess: return nil
        case .pair, .browser, .network, .account, .code, .secondFactor, .directory:
            guard let record else { return nil }
            if let counted, record.isSame(as: counted) { return before }
            // Another attempt came between: its time holds.
            return record.failures > 1
                ? Record(failures: record.failures - 1, lastFailure: record.lastFailure)
                : nil
        }
    }

    /// Whether a record says nothing any more and can be deleted.
    ///
    /// - Parameters:
    ///   - record: what is stored.
    ///   - key: what it is stored for.
    ///   - now: the clock.
    /// - Returns: true when deleting it changes no decision.
    public func isForgotten(_ record: Record, for key: ThrottleKey, at now: Date) -> Bool {
        remaining(record, rule(for: key), at: now) == 0
    }

    // MARK: - How

    private func rule(for key: ThrottleKey) -> Rule {
        switch key.kind {
        case .pair, .browser: pair
        case .network: network
        case .account: account
        case .code: code
        case .secondFactor: secondFactor
        case .directory: directory
        }
    }

    private func wait(for key: ThrottleKey, _ record: Record, at now: Date) -> Double {
        let rule = rule(for: key)
        let charged = remaining(record, rule, at: now) - rule.freeFailures
        guard charged > 0 else { return 0 }
        let grown = rule.firstWait.seconds * pow(2, Double(min(charged, 64) - 1))
        return min(grown, rule.longestWait.seconds) - elapsed(record, at: now)
    }

    private func remaining(_ record: Record, _ rule: Rule, at now: Date) -> Int {
        let halvings = (elapsed(record, at: now) / max(rule.halfLife.seconds, 1)).rounded(.down)
        return halvings >= 63 ? 0 : max(record.failures, 0) >> Int(halvings)
    }

    private func elapsed(_ record: Record, at now: Date) -> Double {
        max(now.timeIntervalSince(record.lastFailure), 0)
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}

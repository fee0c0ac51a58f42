import CarrelAuth
import CarrelStore

/// An attempt that was counted as failed before it was looked at, so that it can be taken back.
struct SignInCount: Sendable {
    fileprivate let keys: [ThrottleKey]
    fileprivate let before: [ThrottleKey: SignInThrottle.Record]
    fileprivate let counted: [ThrottleKey: SignInThrottle.Record]
}

extension SignInDesk {
    /// What came of counting an attempt.
    enum Counting: Sendable {
        /// It may be looked at; it counts as failed until ``SignInDesk/takeBack(_:)``.
        case counted(SignInCount)
        /// It isn't looked at before this time has passed.
        case wait(Duration)
    }

    /// Counts an attempt as failed before its password is looked at, unless it has to wait.
    func countAhead(_ keys: [ThrottleKey]) async throws -> Counting {
        let throttle = throttle()
        let now = now()
        return try await store.signInFailures.change(keys.map(\.text)) { found in
            let before = Self.records(found, keys)
            if case .wait(let seconds) = throttle.decide(before, at: now) {
                return (Array(found.values), .wait(.seconds(seconds)))
            }
            var counted: [ThrottleKey: SignInThrottle.Record] = [:]
            for key in keys { counted[key] = throttle.record(failure: before[key], for: key, at: now) }
            let stored = counted.map { Self.stored($0.value, $0.key) }
            return (stored, .counted(SignInCount(keys: keys, before: before, counted: counted)))
        }
    }

    /// Counts an attempt as failed before it is looked at.
    ///
    /// - Throws: ``HubError/tooManyAttempts(wait:)`` when it has to wait.
    func countOrThrow(_ keys: [ThrottleKey]) async throws -> SignInCount {
        switch try await countAhead(keys) {
        case .wait(let wait): throw HubError.tooManyAttempts(wait: wait)
        case .counted(let count): return count
        }
    }

    /// Notes that an attempt didn't fail after all.
    ///
    /// - Parameters:
    ///   - count: of the attempt.
    ///   - isSuccess: false when nobody could say whether it was right.
    /// - Throws: what the database says.
    func takeBack(_ count: SignInCount, isSuccess: Bool = true) async throws {
        let throttle = throttle()
        try await store.signInFailures.change(count.keys.map(\.text)) { found in
            let records = Self.records(found, count.keys)
            let left = count.keys.compactMap { key in
                throttle.record(
                    success: records[key],
                    counted: count.counted[key],
                    before: count.before[key],
                    for: key,
                    isSuccess: isSuccess,
                ).map { Self.stored($0, key) }
            }
            return (left, ())
        }
    }

    private static func records(
        _ found: [String: SignInFailureRecord],
        _ keys: [ThrottleKey],
    ) -> [ThrottleKey: SignInThrottle.Record] {
        var records: [ThrottleKey: SignInThrottle.Record] = [:]
        for key in keys {
            records[key] = found[key.text].map { SignInThrottle.Record(failures: $0.count, lastFailure: $0.lastAt) }
        }
        return records
    }

    private static func stored(_ record: SignInThrottle.Record, _ key: ThrottleKey) -> SignInFailureRecord {
        SignInFailureRecord(key: key.text, count: record.failures, lastAt: record.lastFailure)
    }
}

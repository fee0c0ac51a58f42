/// Whether and when something is asked again.
///
/// Pure: same arguments, same answer.
struct RetryPlan: Sendable {
    let repetitions: Int
    let longestPause: Duration

    /// The pause before the next try.
    ///
    /// - Parameters:
    ///   - error: what came of the last.
    ///   - repetition: when the request may be sent again.
    ///   - failures: how many failed, at least 1.
    ///   - luck: from 0 to 1; so that not all who failed together come again together.
    /// - Returns: nil when there is no next try.
    func pause(
        after error: WebDAVError,
        _ repetition: RemoteRequest.Repetition,
        failures: Int,
        luck: Double,
    ) -> Duration? {
        guard failures <= repetitions, Self.allows(repetition, after: error) else { return nil }
        let usual = min(longestPause, .milliseconds(500) * (1 << min(failures - 1, 10)))
        let own = usual * (0.5 + luck.clamped / 2)
        guard let wanted = Self.wantedPause(error) else { return own }
        return wanted <= longestPause ? max(wanted + .milliseconds(500) * luck.clamped, own) : nil
    }

    private static func allows(_ repetition: RemoteRequest.Repetition, after error: WebDAVError) -> Bool {
        switch (repetition, error) {
        case (.never, _): false
        case (_, .tooManyRequests), (_, .unavailable): true
        case (.always, .offline), (.always, .timedOut): true
        case (.always, .refused(_, let status)): [500, 502, 504].contains(status)
        default: false
        }
    }

    private static func wantedPause(_ error: WebDAVError) -> Duration? {
        switch error {
        case .tooManyRequests(let pause), .unavailable(let pause): pause
        default: nil
        }
    }
}

extension Double {
    fileprivate var clamped: Double { min(1, max(0, self)) }
}

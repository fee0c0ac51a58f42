/// Whether a call is tried again, and when.
///
/// Pure: same arguments, same answer.
struct RetryPlan: Sendable {
    let attempts: Int
    let longestWait: Duration

    enum Step: Equatable {
        case wait(Duration)
        case giveUp
    }

    /// What to do after a failure.
    ///
    /// - Parameters:
    ///   - error: what happened.
    ///   - tries: how often it was tried.
    ///   - request: which call.
    ///   - jitter: between 0 and 1, so that many clients don't come back at once.
    /// - Returns: to wait, or to give up.
    func next(after error: StorageHubError, tries: Int, _ request: HubRequest, jitter: Double) -> Step {
        guard tries < attempts else { return .giveUp }
        switch error {
        case .tooManyRequests(_, let wanted) where request.isReplayable:
            return wait(wanted, tries: tries, jitter: jitter)
        case .unavailable(_, let wanted?) where request.isReplayable:
            return wait(wanted, tries: tries, jitter: jitter)
        case .unavailable where request.isSafe, .unreachable where request.isSafe, .cut where request.isSafe:
            return wait(nil, tries: tries, jitter: jitter)
        default:
            return .giveUp
        }
    }

    /// A fifth of a second, doubled with each try, and up to as much again; or what the service asks for.
    private func wait(_ wanted: Duration?, tries: Int, jitter: Double) -> Step {
        let own = Duration.milliseconds(200) * (1 << min(tries - 1, 10)) * (1 + jitter)
        let time = wanted.map { max($0, own) } ?? own
        return time <= longestWait ? .wait(time) : .giveUp
    }
}

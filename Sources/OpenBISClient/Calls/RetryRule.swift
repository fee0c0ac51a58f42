/// Whether a call is made again, and when.
///
/// Pure: same arguments, same answer. This is the only place where calls are repeated; what is sent from a stream never is.
struct RetryRule: Sendable {
    /// How often a call is made at most.
    let attempts = 3
    /// The longest pause that a server may ask for before it is given up.
    let longestPause: Duration = .seconds(5)

    /// The pause before the next attempt.
    ///
    /// - Parameters:
    ///   - failure: of the last attempt.
    ///   - attempt: how many there were.
    ///   - isSafe: whether doing it twice does no harm.
    ///   - chance: between 0 and 1, so that many clients don't come back at the same moment.
    /// - Returns: nil to give up.
    func pause(after failure: CallFailure, attempt: Int, isSafe: Bool, chance: Double) -> Duration? {
        guard attempt < attempts, isSafe || !failure.isOpen else { return nil }
        let own = Duration.milliseconds(100 * (1 << attempt)) * (0.5 + chance / 2)
        switch failure.error {
        case .tooManyRequests(_, let asked), .unavailable(_, let asked):
            let pause = max(asked ?? .zero, own)
            return pause <= longestPause ? pause : nil
        // A connection that was kept may have been closed just then by the other side, which is no reason to give up.
        case .unreachable: return attempt == 1 ? own : nil
        default: return nil
        }
    }
}

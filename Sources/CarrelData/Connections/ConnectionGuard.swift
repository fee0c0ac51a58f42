/// What is known of a connection, and whether something may be asked over it now.
///
/// Pure: times come in. While a connection can't be used, nothing is asked but one look when the next try is due; what is
/// to be given anew by a person is looked at rarely, as many services lock accounts after a few wrong passwords.
struct ConnectionGuard: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What may be done with a call.
    enum Admission: Sendable, Equatable {
        /// It may go.
        case go
        /// Its caller has to look first whether the connection works, and say so by ``looked(_:_:at:)``.
        case lookFirst
        /// It may not, and this is why.
        case refuse(ConnectionState)
    }

    /// When something is tried again.
    struct Limits: Sendable, Equatable {
        /// After the first, the second, … failure on end; the last one from then on.
        var pauses: [Duration] = [.seconds(2), .seconds(5), .seconds(15), .seconds(30), .seconds(60)]
        /// After it was found that a person has to give something anew.
        var slowPause: Duration = .seconds(300)
        /// The longest pause that a service may ask for.
        var longestAsked: Duration = .seconds(3600)
    }

    /// What it is in; nil until something was asked.
    private(set) var state: ConnectionState?
    /// When it may be looked again.
    private(set) var nextLook: Instant?
    /// Whether somebody is looking now.
    private(set) var isLooking = false
    /// Counts what the connection was signed in with: what is known of an older one counts no more.
    private(set) var generation = 0
    private var failures = 0
    /// Whether the last call left open how it stands.
    private var isSuspect = false
    /// How many bytes didn't fit, if that is known.
    private var wanted: Int64 = 0
    private let limits: Limits

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a call may go now.
    mutating func admit(at now: Instant) -> Admission {
        guard let state else { return .go }
        guard !state.isUsable || isSuspect else { return .go }
        guard !isLooking else { return state.isUsable ? .go : .refuse(state) }
        if let nextLook, now < nextLook, !state.isUsable { return .refuse(state) }
        isLooking = true
        return .lookFirst
    }

    /// Whether a person who wants to know may look now, although no try is due; not while somebody else does.
    mutating func admitLook() -> Bool {
        guard !isLooking else { return false }
        isLooking = true
        return true
    }

    /// What a look found; nil if it was given up.
    mutating func looked(_ found: ConnectionState?, _ generation: Int, at now: Instant) {
        guard generation == self.generation else { return }
        isLooking = false
        guard let found else { return }
        isSuspect = false
        guard found.isUsable else { return fail(found, at: now) }
        // Only a write or the quota tells that there is room again.
        if state != .overQuota || found == .readOnly { state = found }
        failures = 0
        nextLook = nil
    }

    /// A call worked, and perhaps wrote bytes.
    mutating func worked(_ generation: Int, wrote: Bool = false) {
        guard generation == self.generation else { return }
        switch state {
        case nil: state = .connected
        case .overQuota? where wrote: state = .connected
        default: break
        }
    }

    /// The quota was told.
    mutating func told(_ quota: DataQuota, _ generation: Int) {
        guard generation == self.generation else { return }
        worked(generation)
        if state == .overQuota, let available = quota.available, available >= max(wanted, 1) { state = .connected }
    }

    /// A call failed, by which that many bytes were to be written if it is known; most faults say nothing of the connection.
    mutating func failed(_ fault: DataFault, size: Int64? = nil, _ generation: Int, at now: Instant) {
        guard generation == self.generation else { return }
        switch fault {
        case .unusable(let found) where !found.isUsable: straggled(found, at: now)
        case .overQuota:
            guard state?.isUsable ?? true, state != .readOnly else { return }
            state = .overQuota
            wanted = size ?? 0
        case .interrupted, .unclear: isSuspect = state?.isUsable ?? false
        default: break
        }
    }

    /// There is something new to sign in with.
    mutating func renew() {
        self = ConnectionGuard(generation: generation + 1, limits)
    }

    private init(generation: Int, _ limits: Limits) {
        self.init(limits)
        self.generation = generation
    }

    /// Of many calls that were under way when a connection broke only the first counts.
    private mutating func straggled(_ found: ConnectionState, at now: Instant) {
        guard let state, !state.isUsable else { return fail(found, at: now) }
        if state.isPassing, !found.isPassing {
            fail(found, at: now)
        } else if let pause = asked(by: found), now + pause > nextLook ?? now {
            nextLook = now + pause
        }
    }

    private mutating func fail(_ found: ConnectionState, at now: Instant) {
        state = found
        isSuspect = false
        let usual = found.isPassing ? limits.pauses[min(failures, limits.pauses.count - 1)] : limits.slowPause
        nextLook = now + max(usual, asked(by: found) ?? .zero)
        failures += 1
    }

    private func asked(by state: ConnectionState) -> Duration? {
        guard case .busy(let pause?) = state else { return nil }
        return min(max(pause, .zero), limits.longestAsked)
    }
}

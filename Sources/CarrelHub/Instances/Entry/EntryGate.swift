import CarrelModel
import CarrelStore
import Foundation

/// What stands between somebody and an instance.
///
/// Pure: the same arguments give the same answer.
struct EntryGate: Equatable {
    /// What to show.
    enum Step: Equatable {
        /// Nothing stands in their way.
        case through
        /// A form with these parts; perhaps none of them.
        case form(code: Bool, terms: Bool)
        /// They need an account of the hub first.
        case signIn
        /// They can't enter.
        case refused(InstanceEntry.Refusal)
        /// To them it doesn't exist.
        case unknown
    }

    let instance: InstanceRecord

    private var settings: InstanceSettings { instance.settings }
    private var hasCode: Bool { settings.entry.contains(.code) && instance.codeHash != nil }
    private var isEphemeral: Bool { settings.kind == .ephemeral }

    /// Whether people without an account can come in, one way or another.
    var isForVisitors: Bool { isEphemeral && (settings.entry.contains(.open) || hasCode) }

    /// Whether the sign-in page leads there.
    func isOffered(at now: Date) -> Bool { isForVisitors && closedTo(strangersAt: now) == nil }

    /// For somebody who isn't signed in.
    func step(forStrangerAt now: Date) -> Step {
        // Who must sign in first isn't told whether there is such an instance.
        guard isForVisitors else { return .signIn }
        if let refusal = closedTo(strangersAt: now) { return .refused(refusal) }
        return .form(code: !settings.entry.contains(.open), terms: !settings.terms.isEmpty)
    }

    /// For somebody who is signed in.
    ///
    /// - Parameters:
    ///   - user: who.
    ///   - refusal: why they may not enter now; nil when they may.
    ///   - hasAgreed: whether they agreed to the terms as they are now.
    /// - Returns: what to show.
    func step(for user: UserRecord, refusal: InstanceEntry.Refusal?, hasAgreed: Bool) -> Step {
        switch refusal {
        case nil: .through
        case .terms: .form(code: false, terms: true)
        case .notInvited where hasCode && user.onlyInstanceId == nil:
            instance.isClosed ? .refused(.closed) : .form(code: true, terms: !settings.terms.isEmpty && !hasAgreed)
        case .notInvited where isForVisitors: .refused(.notInvited)
        case .notInvited: .unknown
        case .gone, .ended, .closed: refusal.map { .refused($0) } ?? .unknown
        }
    }

    private func closedTo(strangersAt now: Date) -> InstanceEntry.Refusal? {
        if instance.state == .archived || instance.state == .deleting { return .gone }
        if instance.state == .ended || instance.endsAt.map({ $0 <= now }) == true { return .ended }
        return instance.isClosed ? .closed : nil
    }
}

import CarrelModel
import CarrelStore
import Foundation

/// What to do next for an instance that ends: open → over at its end → deleted after the time for downloads.
///
/// Pure: the same arguments give the same answer.
///
/// Nothing is deleted because a clock went wrong: the end must have been noted, the whole time for downloads must have
/// passed since that note, and the clock must have gone on without a jump for a while.
struct InstancePlan: Equatable {
    /// One step; after it the plan is asked again.
    enum Step: Equatable {
        /// Nothing to do before this time; nil: until something is changed.
        case rest(until: Date?)
        /// Note that it is over.
        case end
        /// Its end was moved after it was over: open it again.
        case reopen
        /// Have its servers stop.
        case stopServers
        /// Its servers are on their way down.
        case awaitServers
        /// Begin to delete everything.
        case beginDeletion
        /// Go on deleting.
        case delete
    }

    let instance: InstanceRecord
    /// Since when the clock has gone on steadily after a jump; nil when it is trusted.
    let unsteadySince: Date?
    /// How many of its servers are wanted to run, and how many aren't at rest.
    let wantedServers: Int
    let liveServers: Int

    func next(at now: Date) -> Step {
        switch instance.state {
        case .archived: return .rest(until: nil)
        case .open:
            guard instance.settings.kind == .temporary, let ends = instance.endsAt else { return .rest(until: nil) }
            guard ends <= now else { return .rest(until: ends) }
            return steady(at: now) ?? .end
        case .ended:
            guard let ends = instance.endsAt, ends <= now else { return .reopen }
            if wantedServers > 0 { return .stopServers }
            if liveServers > 0 { return .awaitServers }
            let due = deletionDate ?? .distantFuture
            guard due <= now else { return .rest(until: due) }
            return steady(at: now) ?? .beginDeletion
        case .deleting:
            if wantedServers > 0 { return .stopServers }
            return liveServers > 0 ? .awaitServers : .delete
        }
    }

    /// When everything is deleted; nil as long as its end wasn't noted.
    var deletionDate: Date? {
        instance.endedAt.map {
            max($0, instance.endsAt ?? $0).addingTimeInterval(instance.settings.grace / .seconds(1))
        }
    }

    /// A wait for a clock that jumped; nil when it is trusted.
    private func steady(at now: Date) -> Step? {
        unsteadySince.map { .rest(until: max($0, now).addingTimeInterval(InstanceClock.patience)) }
    }
}

/// Whether the clock can be trusted, by when it was last looked at.
///
/// Pure: the same arguments give the same answer.
enum InstanceClock {
    /// How far the clock may be from the last look, in seconds, without being doubted: a day.
    static let longestLeap: TimeInterval = 86_400
    /// How long it must have gone on steadily, in seconds, to be trusted again: an hour.
    static let patience: TimeInterval = 3_600

    /// What to note about a look.
    ///
    /// A hub that was off for more than a day finds a clock that seems to have jumped: it only waits an hour longer.
    static func look(_ id: Int64, after last: InstanceLookRecord?, at now: Date) -> InstanceLookRecord {
        var look = InstanceLookRecord(instanceId: id, lookedAt: now, unsteadySince: last?.unsteadySince)
        guard let last else { return look }
        if now.timeIntervalSince(last.lookedAt) > longestLeap {
            look.unsteadySince = now
        } else if let since = look.unsteadySince, now < since || now.timeIntervalSince(since) >= patience {
            look.unsteadySince = nil
        }
        return look
    }
}

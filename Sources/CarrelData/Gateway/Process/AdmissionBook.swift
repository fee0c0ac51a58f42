import Crypto
import Foundation

/// What the hub said of passwords, and how long that holds; pure.
struct AdmissionBook {
    /// Names a password without holding it.
    struct Key: Hashable {
        private let digest: [UInt8]

        init(_ question: AdmissionQuestion) {
            digest = Array(SHA256.hash(data: Data("\(question.user ?? "")\n\(question.token)".utf8)))
        }
    }

    /// What to do with somebody who shows a password.
    enum Step: Equatable {
        /// Nothing has to be asked.
        case admit(Admission)
        /// Nothing has to be asked.
        case refuse
        /// Ask the hub; without an answer do what follows.
        case ask(orElse: Admission?)
    }

    private struct Entry {
        var admission: Admission?
        var checked: Date
        /// Somebody asks the hub already.
        var isAsking: Date?
        /// It may not hold any more, however fresh it is.
        var isDoubted = false
    }

    /// How long an answer holds.
    static let fresh: TimeInterval = 15
    /// How long an admission holds while the hub is away.
    static let lasting: TimeInterval = 12 * 3600
    private static let most = 10_000

    private var entries: [Key: Entry] = [:]

    /// What to do now.
    mutating func step(for key: Key, at now: Date) -> Step {
        guard var entry = entries[key] else { return .ask(orElse: nil) }
        if let ends = entry.admission?.ends, ends <= now { entry.admission = nil }
        let age = now.timeIntervalSince(entry.checked)
        guard age < 0 || age >= Self.fresh || entry.isDoubted else {
            return entry.admission.map { .admit($0) } ?? .refuse
        }
        guard let admission = entry.admission, age >= 0, age < Self.lasting else { return .ask(orElse: nil) }
        if entry.isDoubted { return .ask(orElse: admission) }
        if let asking = entry.isAsking, abs(now.timeIntervalSince(asking)) < Self.fresh { return .admit(admission) }
        entries[key]?.isAsking = now
        return .ask(orElse: admission)
    }

    /// Notes what the hub said; nil for a refusal.
    mutating func note(_ admission: Admission?, for key: Key, at now: Date) {
        if entries.count >= Self.most { entries = entries.filter { isLasting($0.value, at: now) } }
        // Those who show nothing but wrong ones can't push out the others.
        guard entries.count < Self.most || admission != nil || entries[key] != nil else { return }
        entries[key] = Entry(admission: admission, checked: now)
    }

    /// Has the hub asked anew about what belongs to a user, and about all that was refused.
    mutating func forget(_ user: Int64) {
        entries = entries.filter { $0.value.admission.map { $0.user != user } ?? false }
    }

    /// Has the hub asked anew about everybody.
    mutating func doubt() {
        entries = entries.filter { $0.value.admission != nil }
        for key in entries.keys { entries[key]?.isDoubted = true }
    }

    private func isLasting(_ entry: Entry, at now: Date) -> Bool {
        entry.admission != nil && now.timeIntervalSince(entry.checked) < Self.lasting
    }
}

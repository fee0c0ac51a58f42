import CarrelModel
import CarrelStore
import Foundation

/// Something that people are told about their instance, in the hub and in JupyterLab; plain text.
struct InstanceNotice: Sendable, Equatable {
    /// What it is about.
    enum Kind: String, Sendable {
        /// Somebody who manages the instance says something.
        case message
        /// The instance ends.
        case end
        /// The server stops because of its age.
        case maximumAge
        /// The server stops because nobody uses it.
        case idle
    }

    /// How much it presses.
    enum Level: String, Sendable {
        case info, warning, urgent
    }

    /// Tells several apart, also over time.
    let id: String
    let kind: Kind
    let title: String
    let text: String
    /// The time that is counted down to.
    let at: Date?
    let level: Level
    /// Whether it can be put away.
    let isDismissible: Bool
}

extension InstanceNotice {
    /// What a manager said.
    init(_ message: InstanceMessageRecord) {
        self.init(
            id: "message-\(message.id ?? 0)",
            kind: .message,
            title: "Message from \(message.createdBy)",
            text: message.text,
            at: nil,
            level: .info,
            isDismissible: true,
        )
    }

    /// That the instance ends soon, or is over; nil while there is time, and where it has no end.
    init?(endOf instance: InstanceRecord, at now: Date) {
        guard let end = instance.endsAt, end.timeIntervalSince(now) <= instance.settings.countdown.seconds else {
            return nil
        }
        let title = instance.title
        let deleted =
            InstanceRegister.deletionDate(of: instance) ?? end.addingTimeInterval(instance.settings.grace.seconds)
        let isOver = end <= now
        let text =
            isOver
            ? "\(title) is over. Everything in it is deleted \(HumanText.relative(deleted, now: now)): download your work."
            : "\(title) ends on \(HumanText.day(end)) at \(HumanText.time(end)). Servers stop then; "
                + "you can download your work until \(HumanText.day(deleted)), then everything is deleted."
        let left = (isOver ? deleted : end).timeIntervalSince(now)
        self.init(
            id: "end-\(Int(end.timeIntervalSince1970))-\(isOver ? "over" : left < 86_400 ? "soon" : "ahead")",
            kind: .end,
            title: isOver ? "This is over" : "This ends soon",
            text: text,
            at: isOver ? deleted : end,
            level: left < 3_600 ? .urgent : left < 86_400 ? .warning : .info,
            isDismissible: left >= 86_400,
        )
    }

    /// That a server stops soon because of its age or because nobody uses it, what comes first first; nothing while there is
    /// time, and where it may run for ever.
    ///
    /// - Parameters:
    ///   - startedAt: when its present run began.
    ///   - lastActivityAt: when it was last used, as far as the hub knows.
    ///   - limits: those of its instance.
    ///   - isKept: whether its files stay.
    ///   - now: the present.
    /// - Returns: none, one or two.
    static func ofStops(
        startedAt: Date,
        lastActivityAt: Date?,
        limits: ServerLimits,
        isKept: Bool,
        at now: Date,
    ) -> [InstanceNotice] {
        let lastUse = max(startedAt, lastActivityAt ?? startedAt)
        let age = limits.maximumAge.flatMap { InstanceNotice(.maximumAge, after: $0, from: startedAt, isKept, at: now) }
        let idle = limits.idleLimit.flatMap { InstanceNotice(.idle, after: $0, from: lastUse, isKept, at: now) }
        return [age, idle].compactMap(\.self).sorted { ($0.at ?? now) < ($1.at ?? now) }
    }

    /// That a server stops after some time; nil more than half an hour before, or than a quarter of a short time.
    private init?(_ kind: Kind, after limit: Duration, from begin: Date, _ isKept: Bool, at now: Date) {
        let end = begin.addingTimeInterval(limit.seconds)
        let left = end.timeIntervalSince(now)
        guard left <= min(1_800, limit.seconds / 4) else { return nil }
        let length = HumanText.duration(limit.seconds)
        let why =
            kind == .idle
            ? "Servers that nobody uses stop after \(length): work in it, and it goes on."
            : "Servers may run for \(length)."
        let files =
            isKept
            ? "Your files stay; what your kernels hold in memory is lost."
            : "Its files go with it: download what you want to keep."
        self.init(
            id: "\(kind == .idle ? "idle" : "age")-\(Int(end.timeIntervalSince1970))-\(left < 300 ? "soon" : "ahead")",
            kind: kind,
            title: "Your server stops soon",
            text: "\(why) \(files)",
            at: end,
            level: left < 300 ? .urgent : .warning,
            isDismissible: left >= 300,
        )
    }
}

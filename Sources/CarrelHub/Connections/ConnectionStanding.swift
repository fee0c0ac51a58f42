import CarrelData
import CarrelStore
import Foundation

/// How a connection is, in words for its owner.
///
/// Pure: from what was given and what was heard.
struct ConnectionStanding: Sendable, Equatable {
    /// How good that is.
    enum Tone: String, Sendable {
        case good, passing, bad, idle

        /// The class of a tag that says so.
        var tag: String {
            switch self {
            case .good: "is-good"
            case .passing: "is-waiting"
            case .bad: "is-failed"
            case .idle: "is-same"
            }
        }
    }

    /// ``ConnectionState/code``, or `notConnected`, `untried`, `lost`, `unknown`.
    let code: String
    /// In a word or two.
    let title: String
    var message: String
    /// What to do; empty for nothing.
    var remedy: String
    let tone: Tone
    /// Since when it is so.
    var since: Date?
    /// What went wrong last; nil for nothing that the message doesn't say.
    var lastFault: String?
    /// How many files wait for their upload.
    var waiting = 0
    /// Files of which two versions were kept.
    var conflicts: [String] = []

    /// Says how it is.
    ///
    /// - Parameters:
    ///   - link: what was given; nil for nothing.
    ///   - isLost: whether it can't be read any more.
    ///   - signsInByItself: whether nothing needs to be given.
    ///   - report: what the gateway says; nil when it says nothing.
    ///   - conflicts: the files of which two versions were kept, and whose owner hasn't seen that.
    init(
        link: ConnectionRecord?,
        isLost: Bool,
        signsInByItself: Bool,
        report: ConnectionReport?,
        conflicts: [String],
    ) {
        if isLost {
            self.init(
                "lost",
                "Lost",
                "The hub can’t read any more what you gave.",
                "Give it once more.",
                .bad,
            )
        } else if link == nil, !signsInByItself {
            self.init("notConnected", "Not connected", "", "", .idle)
        } else if let report, link == nil || link?.lastState != nil || !report.state.isPassing {
            self.init(report.state)
            since = report.since
        } else if let state = link?.lastState.flatMap({ ConnectionState(code: $0) }) {
            self.init(state)
            since = link?.lastStateAt
        } else if link != nil {
            let reason = report.map { "\($0.state.message) " } ?? ""
            self.init(
                "untried",
                "Not tried yet",
                "\(reason)What you gave is kept, and couldn’t be tried yet.",
                "Nothing to do: it is tried as soon as the service is back.",
                .passing,
            )
        } else {
            self.init("unknown", "By your sign-in", "The hub signs in there for you; nothing is known yet.", "", .idle)
        }
        guard link != nil || signsInByItself else { return }
        self.conflicts = conflicts
        guard let report else { return }
        lastFault = report.lastFault == message ? nil : report.lastFault
        waiting = report.waiting
    }

    private init(_ state: ConnectionState) {
        // The title says it.
        let message = state == .connected ? "" : state.message
        self.init(state.code, state.title, message, state.remedy, state.tone)
    }

    private init(_ code: String, _ title: String, _ message: String, _ remedy: String, _ tone: Tone) {
        (self.code, self.title, self.message, self.remedy, self.tone) = (code, title, message, remedy, tone)
    }

    /// Its icon, which says the same as the colour.
    var icon: String {
        switch (tone, code) {
        case (.good, _): "check"
        case (.passing, "overQuota"), (.bad, _): "alert"
        case (.passing, _): "clock"
        case (.idle, _): "link"
        }
    }

    /// `3 files waiting`; nil for none.
    var waitingText: String? {
        waiting > 0 ? "\(HumanText.count(waiting, "file")) waiting to be uploaded" : nil
    }
}

extension ConnectionState {
    /// In a word or two.
    var title: String {
        switch self {
        case .connected: "Connected"
        case .readOnly: "Read only"
        case .overQuota: "Over quota"
        case .refused: "Refused"
        case .expired: "Expired"
        case .unfit: "Not accepted"
        case .missing: "Not connected"
        case .offline: "Offline"
        case .slow: "No answer"
        case .busy: "Busy"
        case .untrusted: "Not trusted"
        case .otherService: "Wrong address"
        }
    }

    var tone: ConnectionStanding.Tone {
        switch self {
        case .connected, .readOnly: .good
        case .overQuota, .offline, .slow, .busy: .passing
        case .missing: .idle
        case .refused, .expired, .unfit, .untrusted, .otherService: .bad
        }
    }

    /// The state that was noted by its code.
    init?(code: String) {
        let all: [ConnectionState] = [
            .connected, .readOnly, .overQuota, .refused, .expired, .missing, .offline, .slow, .busy(), .untrusted,
            .otherService, .unfit("The service doesn’t accept what you gave."),
        ]
        guard let state = all.first(where: { $0.code == code }) else { return nil }
        self = state
    }
}

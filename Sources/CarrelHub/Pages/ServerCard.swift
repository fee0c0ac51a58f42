import Foundation

/// One server on its user's home page.
struct ServerCard: Sendable, Equatable {
    /// How a server is, in the words of the life cycle (reference 1.10).
    enum State: Sendable, Equatable {
        case stopped, starting, ready, stopping, failed
        /// Waiting until the machine has room; the first in line is number 1.
        case queued(place: Int)
    }

    /// What a server's buttons lead to.
    struct Links: Sendable, Equatable {
        /// The server itself.
        let open: PageLink
        let start: PageLink
        let stop: PageLink
        let cancel: PageLink
        /// The page that shows how a start goes.
        let progress: PageLink
        /// The server's log; nil when there is none yet.
        let log: PageLink?
    }

    /// Tells the cards of one page apart, in the DOM.
    let id: String
    let displayName: String
    /// The state as a CSS class and for scripts, such as `ready`.
    let stateName: String
    let stateText: String
    let icon: String
    /// “for 3 hours” of a state that lasts, “3 hours ago” of an end.
    let since: TimeText?
    let lastActivity: TimeText?
    let isMoving: Bool
    let openURL: PageLink?
    let startURL: PageLink?
    let startLabel: String
    let stopURL: PageLink?
    let cancelURL: PageLink?
    let progressPageURL: PageLink?
    let logURL: PageLink?
    let failure: FailureNotice?
    /// What it uses; nil while it doesn’t run.
    let use: ServerUse?

    /// Makes the card of the server named `id`, which is empty for the default server.
    ///
    /// `failure`, why the last start or run ended, is shown while the server is stopped or failed.
    init(
        id: String,
        displayName: String,
        state: State,
        since: Date?,
        lastActivity: Date? = nil,
        links: Links,
        failure: FailureNotice? = nil,
        use: ServerUse? = nil,
        now: Date
    ) {
        self.id = "server-" + id
        self.displayName = displayName
        (stateName, stateText, icon) = Self.words(for: state)
        self.lastActivity = state == .ready ? lastActivity.map { TimeText($0, now: now) } : nil
        let isWaiting = if case .queued = state { true } else { false }
        let isAtRest = state == .stopped || state == .failed
        self.since = since.map { isAtRest ? TimeText($0, now: now) : TimeText(lastingSince: $0, now: now) }
        isMoving = isWaiting || state == .starting || state == .stopping
        openURL = state == .ready ? links.open : nil
        startURL = isAtRest ? links.start : nil
        startLabel = state == .failed ? "Try again" : "Start"
        stopURL = state == .ready ? links.stop : nil
        cancelURL = isWaiting || state == .starting ? links.cancel : nil
        progressPageURL = isWaiting || state == .starting ? links.progress : nil
        logURL = links.log
        self.failure = isAtRest ? failure : nil
        self.use = state == .ready && use?.isEmpty == false ? use : nil
    }

    static func words(for state: State) -> (name: String, text: String, icon: String) {
        switch state {
        case .stopped: ("stopped", "Stopped", "moon")
        case .queued(let place): ("queued", "Waiting in the queue as number \(place)", "queue")
        case .starting: ("starting", "Starting", "turning")
        case .ready: ("ready", "Ready", "check")
        case .stopping: ("stopping", "Stopping", "turning")
        case .failed: ("failed", "Failed", "alert")
        }
    }
}

/// Shows how a server's start goes, and leads to it the moment it is ready (JupyterHub's `spawn-pending`).
struct StartPage: Page {
    /// How far the start is.
    enum Phase: Sendable, Equatable {
        /// Waiting until the machine has room; the first in line is number 1.
        case queued(place: Int, estimate: String? = nil)
        /// On its way; percent, as in the progress stream (reference 2.5).
        case starting(percent: Int)
        case failed(FailureNotice)
    }

    static let template = "start"
    static let scripts = ["progress.js"]

    let title: String
    let heading: String
    let serverName: String
    let isUnderWay: Bool
    let percent: Int
    let placeText: String?
    /// What was said so far, oldest first.
    let messages: [String]
    /// The progress stream, with whatever the hub wants in its query: `EventSource` can't send a header.
    let progressURL: PageLink
    /// The server, or the place in it that was asked for.
    let serverURL: PageLink
    let cancelURL: PageLink
    let retryURL: PageLink
    let logURL: PageLink?
    /// Where to go when ready, sent back by Cancel and Try again; empty for the server's default.
    let next: String
    let failure: FailureNotice?

    init(
        serverName: String,
        phase: Phase,
        messages: [String] = [],
        progressURL: PageLink,
        serverURL: PageLink,
        cancelURL: PageLink,
        retryURL: PageLink,
        logURL: PageLink? = nil,
        next: String = ""
    ) {
        self.serverName = serverName
        self.messages = messages
        self.progressURL = progressURL
        self.serverURL = serverURL
        self.cancelURL = cancelURL
        self.retryURL = retryURL
        self.logURL = logURL
        self.next = next
        switch phase {
        case .queued(let place, let estimate):
            (title, heading) = ("Waiting in the queue", "Your server is in the queue")
            (isUnderWay, percent, failure) = (true, 0, nil)
            placeText = Self.waitText(place: place, estimate: estimate)
        case .starting(let percent):
            (title, heading) = ("Starting", "Starting your server")
            (isUnderWay, self.percent, failure) = (true, min(max(percent, 0), 100), nil)
            placeText = nil
        case .failed(let notice):
            (title, heading) = ("Start failed", "Your server didn’t start")
            (isUnderWay, percent, failure) = (false, 0, notice)
            placeText = nil
        }
    }

    /// Says at which place somebody waits and, where that can be told, for about how long.
    static func waitText(place: Int, estimate: String?) -> String {
        let before = place == 1 ? "You are next" : "You are number \(place): \(place - 1) before you"
        let wait = estimate.map { " Your wait is \($0)." } ?? ""
        return "\(before).\(wait) It starts by itself as soon as there is room; you can leave this page."
    }

    var refreshSeconds: Int? { isUnderWay ? 3 : nil }
}

/// Says that a server isn't running and offers to start it; sent with status 424 (reference 2.6).
struct NotRunningPage: Page {
    /// Why the server isn't running, as far as the hub knows.
    enum Cause: Sendable, Equatable {
        case neverStarted, stoppedByUser, unknown
        /// It was stopped for a reason that was noted then, as a sentence.
        case noted(String)
        /// The program ended by itself.
        case ended
    }

    static let template = "not-running"

    let title = "Server not running"
    let serverName: String
    let explanation: String
    let startURL: PageLink
    /// The address that was asked for, to go on to once the server is ready.
    let next: String
    let logURL: PageLink?

    init(serverName: String, cause: Cause, startURL: PageLink, next: String, logURL: PageLink? = nil) {
        self.serverName = serverName
        explanation = Self.words(for: cause)
        self.startURL = startURL
        self.next = next
        self.logURL = logURL
    }

    private static func words(for cause: Cause) -> String {
        switch cause {
        case .neverStarted: "It hasn’t been started yet."
        case .stoppedByUser: "It was stopped from the home page."
        case .noted(let sentence): sentence
        case .ended: "Its program ended by itself. The log says more."
        case .unknown: "It may have been stopped by you, or because nobody used it for a while."
        }
    }
}

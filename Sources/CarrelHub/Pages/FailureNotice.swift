import Foundation

/// Why something failed, as its user sees it: what happened, what to do, and what the server said last.
struct FailureNotice: Sendable, Equatable {
    let message: String
    let remedy: String
    let failedAt: TimeText?
    /// The last lines of the server's log, oldest first; nil when it said nothing.
    let logLines: String?

    /// Takes the raw end of the log; control sequences are taken out, the last 30 lines kept.
    init(message: String, remedy: String, log: String? = nil, at date: Date? = nil, now: Date) {
        self.message = message
        self.remedy = remedy
        failedAt = date.map { TimeText($0, now: now) }
        let lines = log.map { LogText.plain($0, lastLines: 30) }
        logLines = lines?.isEmpty == false ? lines : nil
    }
}

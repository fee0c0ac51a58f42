import Foundation

/// The end of a server's log, oldest line first.
struct LogPage: Page {
    static let template = "log"

    let title: String
    let serverName: String
    let logText: String
    let isEmpty: Bool
    let lineCountText: String
    let isCut: Bool
    let takenAt: TimeText
    let refreshURL: PageLink
    let downloadURL: PageLink

    /// Shows at most `lastLines` of `log`, the raw log or its end; control sequences are taken out.
    ///
    /// `isCut` says that the log is longer than what is passed in.
    init(
        serverName: String,
        log: String,
        lastLines: Int = 1_000,
        isCut: Bool = false,
        refreshURL: PageLink,
        downloadURL: PageLink,
        now: Date
    ) {
        title = "Log of \(serverName)"
        self.serverName = serverName
        let whole = LogText.plain(log)
        logText = LogText.plain(whole, lastLines: lastLines)
        isEmpty = logText.isEmpty
        let lineCount = isEmpty ? 0 : logText.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        lineCountText = HumanText.count(lineCount, "line")
        self.isCut = isCut || whole.utf8.count > logText.utf8.count
        takenAt = TimeText(now, now: now)
        self.refreshURL = refreshURL
        self.downloadURL = downloadURL
    }
}

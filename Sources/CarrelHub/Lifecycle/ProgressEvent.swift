/// One event of a server's progress stream, in JupyterHub's form (reference 2.5).
struct ProgressEvent: Codable, Equatable, Sendable {
    /// 0 to 100.
    var progress: Int
    var message: String
    /// The message with a link; for scripts written for JupyterHub.
    var htmlMessage: String?
    /// True in the last event of a start that went well.
    var ready: Bool?
    /// True in the last event of a start that didn't.
    var failed: Bool?
    /// The server's path, in the last event of a start that went well.
    var url: String?

    /// The place of a server that waits, counted from 1.
    var place: Int?
    /// About how long it still waits, in words, where that can be told.
    var estimate: String?

    enum CodingKeys: String, CodingKey {
        case progress, message, ready, failed, url, place, estimate
        case htmlMessage = "html_message"
    }

    /// Whether nothing comes after it.
    var isLast: Bool { ready == true || failed == true }

    static let requested = ProgressEvent(progress: 0, message: "Server requested")

    static func waiting(place: Int, estimate: String? = nil) -> ProgressEvent {
        let wait = estimate.map { ", which takes \($0)" } ?? ""
        let message = "Waiting for a free place: you are number \(place) in the queue\(wait)"
        return ProgressEvent(progress: 5, message: message, place: place, estimate: estimate)
    }

    /// The last event of a start that went well; the path is percent-encoded, so that it needs no escaping in HTML.
    static func ready(path: String) -> ProgressEvent {
        ProgressEvent(
            progress: 100,
            message: "Server ready at \(path)",
            htmlMessage: "Server ready at <a href=\"\(path)\">\(path)</a>",
            ready: true,
            url: path,
        )
    }

    static func failed(_ message: String) -> ProgressEvent {
        ProgressEvent(progress: 100, message: "Spawn failed: \(message)", failed: true)
    }
}

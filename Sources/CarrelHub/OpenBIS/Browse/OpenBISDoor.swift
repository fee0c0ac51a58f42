import HTTPTypes
import Hummingbird

/// Which requests of browsers are answered.
///
/// Pages of somebody's server are at this origin too: they can read what they show in a frame, and a script's fetch. So what is
/// in openBIS goes to a window of its own, to who shows the session's value, and to programs, which say nothing of a mode.
enum OpenBISDoor: Sendable {
    /// A page.
    case page
    /// A file that is saved.
    case file
    /// A picture, whose address holds a key.
    case picture

    /// Whether it lets a request through; that one with a `cors` mode shows the session's value was seen before.
    ///
    /// - Parameters:
    ///   - mode: `Sec-Fetch-Mode`.
    ///   - destination: `Sec-Fetch-Dest`.
    /// - Returns: false for what a page of somebody's server could read.
    func isOpen(mode: String?, destination: String?) -> Bool {
        switch mode {
        case nil, "cors", "same-origin": true
        // No script can ask in this mode. What a link saves goes to no window.
        case "navigate": [nil, "document"].contains(destination) || self == .file && destination == "empty"
        case "no-cors": self == .picture && destination == "image"
        default: false
        }
    }

    /// Lets a request through.
    ///
    /// - Throws: ``HubError/xsrf(method:isMissing:)``.
    func check(_ request: Request) throws(HubError) {
        guard isOpen(mode: request.headers[.secFetchMode], destination: request.headers[.secFetchDest]) else {
            throw .xsrf(method: request.method.rawValue, isMissing: true)
        }
    }
}

import Foundation

/// Shows how a launch goes, and leads to the server the moment it is ready.
struct LaunchPage: Page {
    static let template = "launch"
    static let scripts = ["launch.js"]

    let title = "Launch"
    let section: PageSection? = .home
    /// The repository as a person knows it.
    let repository: String
    /// The event stream, with whatever the hub wants in its query: `EventSource` can't send a header.
    let streamURL: PageLink
    /// Where to go in the server; empty for its first page.
    let place: String
    let cancelURL: PageLink
    /// Whether it begins by itself; else the person is asked, because the repository's code can read their files.
    let beginsByItself: Bool

    init(link: LaunchLink, streamURL: PageLink, cancelURL: PageLink, beginsByItself: Bool) {
        let words = link.spec.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        repository = words.joined(separator: "/")
        place = link.place
        self.streamURL = streamURL
        self.cancelURL = cancelURL
        self.beginsByItself = beginsByItself
    }
}

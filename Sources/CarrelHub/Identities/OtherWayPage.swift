import CarrelModel

/// Says by which way one must have signed in to enter an instance, and leads there and back.
struct OtherWayPage: Page {
    /// A way, and where it begins.
    struct Way: Sendable, Equatable {
        let text: String
        let url: PageLink
    }

    static let template = "other-way"

    let title: String
    let instance: String
    let ways: [Way]
    let hasWays: Bool
    let homeURL = PageLink(HubPath.home)

    /// - Parameters:
    ///   - instance: what it is called.
    ///   - wanted: the ways that it wants.
    ///   - next: where to go afterwards, an address of the hub.
    init(_ instance: String, _ wanted: [WantedWay], next: String) {
        title = "\(instance) wants another sign-in"
        self.instance = instance
        ways = wanted.map { way in
            let path = way.authenticator.map { HubPath.signIn(with: $0) } ?? HubPath.signIn
            return Way(text: "Sign in with \(way.title)", url: PageLink("\(path)?anew=1&next=\(next.queryValue)"))
        }
        hasWays = !ways.isEmpty
    }
}

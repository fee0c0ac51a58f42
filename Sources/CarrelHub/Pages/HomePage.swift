/// A person's servers: how they are, and what can be done with each.
struct HomePage: Page {
    static let template = "home"
    static let scripts = ["live.js"]

    let title = "Home"
    let section: PageSection? = .home
    let cards: [ServerCard]
    let isEmpty: Bool
    /// How often the browser should look again: often while something is under way.
    let pollSeconds: Int

    init(cards: [ServerCard]) {
        self.cards = cards
        isEmpty = cards.isEmpty
        pollSeconds = cards.contains(where: \.isMoving) ? 2 : 15
    }

    /// Without JavaScript the page looks again only while something is under way.
    var refreshSeconds: Int? { cards.contains(where: \.isMoving) ? 5 : nil }
}

import Foundation

/// What an admin wants to see of the users: whom, in which order, from where on.
struct AdminView: Sendable, Equatable {
    /// The order of the list.
    enum Order: String, Sendable, CaseIterable {
        case name
        /// Largest homes first.
        case use
        /// Most recently active first.
        case activity

        var title: String {
            switch self {
            case .name: "Name"
            case .use: "Home"
            case .activity: "Last active"
            }
        }
    }

    /// How many users a page shows.
    static let pageSize = 25

    var search = ""
    var order = Order.name
    /// The first page is 1.
    var page = 1

    init() {}

    /// Reads a query; what isn't understood is as if it weren't there.
    init(search: String?, order: String?, page: String?) {
        self.search = String((search ?? "").trimmingCharacters(in: .whitespaces).prefix(255))
        self.order = order.flatMap { Order(rawValue: $0) } ?? .name
        self.page = min(max(page.flatMap { Int($0) } ?? 1, 1), 1_000_000)
    }

    /// The address of this view.
    var url: PageLink { PageLink(HubPath.admin + query) }

    /// The query of this view, with what forms send back to come here again.
    var query: String {
        let value = search.queryValue
        return "?q=\(value)&sort=\(order.rawValue)&page=\(page)"
    }

    /// This view with something else.
    func with(_ change: (inout AdminView) -> Void) -> AdminView {
        var view = self
        change(&view)
        return view
    }

    // MARK: Choosing

    /// What the order goes by.
    struct Facts: Sendable {
        let name: String
        let used: Int64
        let active: Date?
    }

    /// The users of this view's page, and how many there are on all pages.
    func choose<User>(from users: [User], facts: (User) -> Facts) -> (shown: [User], count: Int) {
        let found = users.map { (user: $0, facts: facts($0)) }.filter { matches($0.facts.name) }
        let sorted = found.sorted { one, other in
            switch order {
            case .name: one.facts.name < other.facts.name
            case .use: (-one.facts.used, one.facts.name) < (-other.facts.used, other.facts.name)
            case .activity:
                (other.facts.active ?? .distantPast, one.facts.name)
                    < (one.facts.active ?? .distantPast, other.facts.name)
            }
        }
        let first = min((page - 1) * Self.pageSize, sorted.count)
        let last = min(first + Self.pageSize, sorted.count)
        return (sorted[first..<last].map(\.user), sorted.count)
    }

    private func matches(_ name: String) -> Bool {
        search.isEmpty || name.contains(search.lowercased())
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Hummingbird

/// Which of a person's homes a page is about, and the others that they have.
struct HomeChoice: Sendable, Equatable {
    /// The instance that the home is in; empty for the one that is meant without a word.
    let instance: String
    /// What the home is called.
    let label: String
    /// All their homes; empty where there is nothing to choose.
    let homes: [TakeoutHome]

    /// Somebody's only home.
    static let only = HomeChoice(instance: "", label: "Your home", homes: [])

    private init(instance: String, label: String, homes: [TakeoutHome]) {
        (self.instance, self.label, self.homes) = (instance, label, homes)
    }

    /// Chooses a home.
    ///
    /// - Parameters:
    ///   - homes: all that the person has, the first is the one that is meant without a word.
    ///   - name: that of the instance that was asked for; nil or empty for the first.
    /// - Throws: ``HubError/notFound`` for one that they don't have.
    init(among homes: [TakeoutHome], instance name: String?) throws(HubError) {
        let wanted = name.flatMap { $0.isEmpty ? nil : $0 }
        guard let chosen = wanted.map({ name in homes.first { $0.id.instance == name } }) ?? homes.first else {
            throw .notFound
        }
        instance = chosen == homes.first ? "" : chosen.id.instance
        label = homes.count > 1 ? chosen.label : Self.only.label
        self.homes = homes.count > 1 ? homes : []
    }

    /// The same page for each of their homes; nil where there is nothing to choose.
    func links(to path: String) -> PageTabs? {
        guard !homes.isEmpty else { return nil }
        let items = homes.map { home in
            let isFirst = home == homes.first
            return PageTab(
                label: home.label,
                url: PageLink(Self.address(path, isFirst ? "" : home.id.instance)),
                isCurrent: isFirst ? instance.isEmpty : home.id.instance == instance,
            )
        }
        return PageTabs(label: "Homes", items: items)
    }

    /// The address of a page about a home; an instance's name needs no escaping.
    static func address(_ path: String, _ instance: String, field: String = "instance") -> String {
        guard !instance.isEmpty else { return path }
        return path + (path.contains("?") ? "&" : "?") + "\(field)=\(instance)"
    }
}

extension HomeDesk {
    /// A home that a request is about: that of the instance it names, or the first.
    ///
    /// - Throws: ``HubError/notFound`` where that person has none.
    func home(for user: UserRecord, of request: Request) async throws -> (id: HomeID, choice: HomeChoice) {
        let homes = try await homes(user)
        let choice = try HomeChoice(among: homes, instance: request.uri.queryParameters["instance"].map(String.init))
        guard let first = homes.first else { throw HubError.notFound }
        let instance = choice.instance.isEmpty ? first.id.instance : choice.instance
        return (HomeID(instance: instance, slug: user.name.unixName), choice)
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore

/// What there is to choose before a start: the environment and the size; what was chosen last is chosen already.
struct OptionsPage: Page {
    /// One of several to choose from.
    struct Choice: Sendable, Equatable {
        let value: String
        let label: String
        let hint: String?
        let isChosen: Bool
    }

    static let template = "options"

    let title = "Start"
    let section: PageSection? = .home
    let serverName: String
    let environments: [Choice]
    let hasEnvironments: Bool
    let sizes: [Choice]
    let hasSizes: Bool
    let startURL: PageLink
    /// Where to go when ready; empty for the server's default.
    let next: String

    init(_ policy: InstancePolicy, title: String, last: StartOptions?, startURL: PageLink, next: String?) {
        serverName = title
        let environment = policy.environment(last).name
        environments = policy.environments.map { offered in
            Choice(
                value: offered.name,
                label: offered.title,
                hint: offered.description.isEmpty ? nil : offered.description,
                isChosen: offered.name == environment,
            )
        }
        hasEnvironments = environments.count > 1
        let size = policy.instance.sizes.first { $0.name == last?.size } ?? policy.instance.sizes.first
        sizes = policy.instance.sizes.map { offered in
            let limits = policy.resources(StartOptions(size: offered.name))
            let words = [
                limits.memory.map { "\(HumanText.size($0.bytes)) of memory" },
                limits.processors.map { "\(HumanText.decimal($0)) processors" },
            ].compactMap { $0 }
            return Choice(
                value: offered.name,
                label: offered.title,
                hint: words.isEmpty ? nil : words.joined(separator: ", "),
                isChosen: offered == size,
            )
        }
        hasSizes = sizes.count > 1
        self.startURL = startURL
        self.next = next ?? ""
    }
}

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

    /// A data source that can be connected here.
    struct Source: Sendable, Equatable {
        let id: String
        let title: String
        let description: String?
        let path: String
        let isConfigured: Bool
        /// How it was last; nil for nothing to say.
        let stateText: String?
        let asksName: Bool
        let userField: String
        let secretField: String
        let rememberField: String
        let userName: String
        let remember: Bool
        let helpURL: PageLink?
        /// Why what was typed wasn't taken; never says what it was.
        let problem: String?
    }

    static let template = "options"

    let title = "Start"
    let section: PageSection? = .home
    let serverName: String
    let environments: [Choice]
    let hasEnvironments: Bool
    let sizes: [Choice]
    let hasSizes: Bool
    let sources: [Source]
    let hasSources: Bool
    let connectionsURL = PageLink(HubPath.connections)
    let startURL: PageLink
    /// Where to go when ready; empty for the server's default.
    let next: String

    /// - Parameters:
    ///   - policy: of the instance.
    ///   - title: what the server is called.
    ///   - last: what was chosen last, or just now.
    ///   - sources: the data sources that can be connected here.
    ///   - refused: what was typed for one of them and not taken; nil for nothing.
    ///   - startURL: where the form goes.
    ///   - next: where to go when ready; nil for the server's default.
    init(
        _ policy: InstancePolicy,
        title: String,
        last: StartOptions?,
        sources: [ConnectionDesk.Entry] = [],
        refused: StartConnections.Refused? = nil,
        startURL: PageLink,
        next: String?,
    ) {
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
        self.sources = sources.map { entry in
            Source(entry, refused: refused.flatMap { $0.source == entry.source.name ? $0 : nil })
        }
        hasSources = !sources.isEmpty
        self.startURL = startURL
        self.next = next ?? ""
    }
}

extension OptionsPage.Source {
    init(_ entry: ConnectionDesk.Entry, refused: StartConnections.Refused?) {
        let (source, fields) = (entry.source, StartFields(entry.source))
        id = "source-\(source.name)"
        title = source.title
        description = source.description.isEmpty ? nil : source.description
        path = "~/\(source.homeFolder)"
        isConfigured = entry.isConfigured
        stateText = entry.standing.tone == .bad ? "\(entry.standing.message) \(entry.standing.remedy)" : nil
        asksName = source.kind.credential == .password
        (userField, secretField, rememberField) = (fields.user, fields.secret, fields.remember)
        userName = refused?.form.userName ?? entry.userName
        remember = refused?.form.remember ?? entry.connection?.remember ?? false
        helpURL = source.passwordHelp.map { PageLink($0.text) }
        problem = refused?.refusal.words
    }
}

import CarrelModel
import CarrelStore

/// For managers of an instance: its settings, to be changed where they may, and to be read where not.
struct InstanceSettingsPage: Page {
    static let template = "instance-settings"

    let title: String
    let section: PageSection? = .admin
    let tabs: PageTabs
    let instanceTitle: String
    /// Nil where nothing can be changed here.
    let form: InstanceForm?
    /// Who may change the rest, and where.
    let restText: String
    let restTitle: String
    let rest: [InstancePage.Fact]
    let hasRest: Bool
    let endURL: PageLink?

    /// Shows them.
    ///
    /// - Parameters:
    ///   - instance: as it is now.
    ///   - keys: what the reader may change.
    ///   - draft: what was typed; nil for what holds now.
    ///   - environments: those of the hub.
    ///   - problems: what is wrong with what was typed.
    init(
        _ instance: InstanceRecord,
        keys: [InstanceKey],
        draft: InstanceDraft? = nil,
        environments: [EnvironmentSettings],
        problems: [InstanceProblem] = [],
    ) {
        let settings = instance.settings
        let url = HubPath.settings(instance.name)
        title = "Settings of \(instance.title)"
        instanceTitle = instance.title
        tabs = .instance(instance, current: url)
        form =
            keys.isEmpty
            ? nil
            : InstanceForm(
                of: settings,
                keys: keys,
                url: url,
                draft: draft,
                environments: environments,
                problems: problems,
            )
        let isInFile = instance.origin == .file
        restTitle = isInFile ? "In carrel.yaml" : "Set by others"
        restText =
            isInFile
            ? "This instance stands in carrel.yaml. An admin changes it there, under instances, \(instance.name), "
                + "and then runs “carrel config reload”."
            : "These are for people who may make instances, and for admins. Terms, sizes and a catalogue are set with "
                + "“carrel instance change”."
        let others = InstanceKey.all.filter { key in !keys.contains { $0.name == key.name } }
        rest = others.compactMap { Self.fact($0, settings) } + Self.lists(settings)
        hasRest = isInFile || !rest.isEmpty
        endURL = instance.hasEndPage ? PageLink(HubPath.end(instance.name)) : nil
    }

    private static func fact(_ key: InstanceKey, _ settings: InstanceSettings) -> InstancePage.Fact? {
        let isOfEnd = key.name == "countdown" || key.name == "grace" || key.name == "ends"
        guard !isOfEnd || settings.kind == .temporary, key.name != "ends" else { return nil }
        let text = key.text(settings)
        let shown =
            switch key.form {
            case .kinds: settings.kind.title
            case .ways: EntryWay.allCases.filter(settings.entry.contains).map(\.title).joined(separator: ", ")
            case .tick: text.isEmpty ? "No" : "Yes"
            case .line, .lines, .names, .environments: text
            }
        return shown.isEmpty ? nil : InstancePage.Fact(label: key.label, text: shown)
    }

    /// What no form has.
    private static func lists(_ settings: InstanceSettings) -> [InstancePage.Fact] {
        let catalogue = settings.catalogue.map { $0.file ?? $0.repository?.repository?.text ?? "" }
        let lists: [(String, [String])] = [
            ("Terms", settings.terms.map(\.title)), ("Sizes of a server", settings.sizes.map(\.title)),
            ("Catalogue", catalogue.map { [$0] } ?? []),
            ("Material from a folder", settings.material?.files.map { [$0] } ?? []),
        ]
        return lists.filter { !$0.1.isEmpty }.map { InstancePage.Fact(label: $0.0, text: $0.1.joined(separator: ", ")) }
    }
}

extension HubPath {
    static func settings(_ name: InstanceName) -> String { "\(instance(name))/settings" }
    static func handIns(_ name: InstanceName) -> String { "\(instance(name))/hand-ins" }
}

import CarrelModel
import CarrelStore

extension PageTabs {
    /// The pages of an instance for its managers, with the one at `current` marked.
    static func instance(_ instance: InstanceRecord, current: String) -> PageTabs {
        let (name, settings) = (instance.name, instance.settings)
        let isThere = instance.state != .deleting
        let pages: [(label: String, path: String, isShown: Bool)] = [
            ("Overview", HubPath.instance(name), true),
            ("People", HubPath.people(name), isThere),
            ("End", HubPath.end(name), instance.hasEndPage),
            ("Code", HubPath.code(of: name), isThere && (settings.entry.contains(.code) || instance.codeHash != nil)),
            ("Hand-ins", HubPath.handIns(name), settings.handIn != nil),
            ("Settings", HubPath.settings(name), true),
        ]
        return PageTabs(
            label: instance.title,
            items: pages.filter(\.isShown).map { page in
                PageTab(label: page.label, url: PageLink(page.path), isCurrent: page.path == current)
            },
        )
    }
}

extension InstanceRecord {
    /// Whether there is a page about its end.
    var hasEndPage: Bool {
        settings.kind == .temporary && endsAt != nil && state != .archived && state != .deleting
    }
}

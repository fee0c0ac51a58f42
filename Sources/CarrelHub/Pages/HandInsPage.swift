import CarrelStore

/// For managers of an instance: whose hand-ins there are to collect.
struct HandInsPage: Page {
    static let template = "hand-ins"

    let title: String
    let section: PageSection? = .admin
    let tabs: PageTabs
    let instanceTitle: String
    let folder: String
    let countText: String
    let names: [String]
    let isEmpty: Bool
    let downloadURL: PageLink

    /// Shows who has a home in which there may be something.
    init(_ instance: InstanceRecord, folder: String, names: [String]) {
        title = "Hand-ins of \(instance.title)"
        instanceTitle = instance.title
        tabs = .instance(instance, current: HubPath.handIns(instance.name))
        self.folder = folder
        self.names = names
        isEmpty = names.isEmpty
        countText = HumanText.count(names.count, "person").replacing("persons", with: "people")
        downloadURL = PageLink("\(HubPath.handIns(instance.name))/download")
    }
}

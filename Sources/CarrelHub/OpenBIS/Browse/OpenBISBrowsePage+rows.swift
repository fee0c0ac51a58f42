import Foundation
import OpenBISClient

extension OpenBISBrowsePage.Row {
    init(_ space: OpenBISSpace, _ visit: OpenBISVisit) {
        self.init(.space, space.code, code: space.code, detail: [space.description], visit)
    }

    init(_ project: OpenBISProject, _ visit: OpenBISVisit) {
        self.init(.project, project.permID, code: project.code, detail: [project.description], visit)
    }

    init(_ experiment: OpenBISExperiment, _ visit: OpenBISVisit, isFound: Bool = false) {
        self.init(
            .collection,
            experiment.permID,
            name: experiment.properties.title,
            code: isFound ? experiment.identifier : experiment.code,
            detail: [experiment.type],
            registered: experiment.registered,
            visit,
        )
    }

    init(_ sample: OpenBISSample, _ visit: OpenBISVisit, isFound: Bool = false) {
        self.init(
            .object,
            sample.permID,
            name: sample.properties.title,
            code: isFound ? sample.identifier : sample.code,
            detail: [sample.type],
            registered: sample.registered,
            visit,
        )
    }

    /// What it belongs to is said on pages that aren't its owner's.
    init(_ dataSet: OpenBISDataSet, _ visit: OpenBISVisit, showsOwner: Bool = true) {
        let owner = (dataSet.sample ?? dataSet.experiment)?.identifier
        self.init(
            .dataset,
            dataSet.permID,
            name: dataSet.properties.title,
            code: dataSet.permID,
            detail: [
                dataSet.type, dataSet.size.map { HumanText.size($0) }, dataSet.archiveText, showsOwner ? owner : nil,
            ],
            registered: dataSet.registered,
            visit,
        )
    }

    private init(
        _ level: OpenBISLevel,
        _ id: String,
        name: String? = nil,
        code: String,
        detail: [String?],
        registered: Date? = nil,
        _ visit: OpenBISVisit,
    ) {
        icon = level.icon
        url = PageLink(visit.places.page(level, id))
        self.name = FileText.visible(name ?? code)
        self.code = name == nil ? nil : FileText.visible(code)
        self.detail = detail.compactMap { $0.flatMap { $0.isEmpty ? nil : FileText.visible($0.prefix(300)) } }
            .joined(separator: " · ")
        self.registered = registered.map { TimeText($0, now: visit.now) }
    }
}

extension OpenBISBrowsePage.List {
    /// A part of a list as openBIS gave it.
    ///
    /// - Parameters:
    ///   - level: of what sort its things are.
    ///   - title: its heading, if it isn't the sort's name.
    ///   - part: which part it is.
    ///   - page: what there is.
    ///   - empty: what is said when there is nothing at all.
    ///   - row: makes a row of a thing.
    init<Item>(
        _ level: OpenBISLevel,
        title: String? = nil,
        _ part: OpenBISPart,
        _ page: OpenBISPage<Item>,
        empty: String,
        row: (Item) -> OpenBISBrowsePage.Row,
    ) {
        id = part.name
        self.title = title ?? level.plural
        countText = page.total == 0 ? "" : OpenBISPager.grouped(page.total)
        emptyText = page.total == 0 && page.items.isEmpty ? empty : nil
        rows = page.items.map(row)
        pager = OpenBISPager(part, count: page.items.count + page.unusable, total: page.total)
    }
}

extension OpenBISBrowsePage.Fact {
    /// What people noted, in the order of the codes; the name is the heading already.
    static func all(_ properties: OpenBISProperties) -> [Self] {
        properties.values.filter { $0.key != "$NAME" && $0.key != "NAME" }.sorted { $0.key < $1.key }
            .compactMap { code, values in
                let text = values.joined(separator: ", ").trimmingCharacters(in: .whitespacesAndNewlines)
                guard !text.isEmpty else { return nil }
                let isLong = text.count > 1000
                return Self(code, isLong ? "\(text.prefix(1000))…" : text)
            }
    }
}

extension OpenBISProperties {
    /// What people called it; nil where that is nothing but white space.
    var title: String? {
        [self["$NAME"], self["NAME"]].compactMap { $0?.trimmingCharacters(in: .whitespacesAndNewlines) }
            .first { !$0.isEmpty }
    }

    /// What people called it, or its code.
    func title(or code: String) -> String { title ?? code }
}

extension OpenBISDataSet {
    /// Whether openBIS can't give its files before they are brought back.
    var isInArchive: Bool { status == "ARCHIVED" || status == "UNARCHIVE_PENDING" }

    /// What to do to have its files at hand again.
    var archiveRemedy: String {
        status == "UNARCHIVE_PENDING"
            ? "They are being brought back: look again later." : "Have them brought back in openBIS, then look again."
    }

    /// Said of one whose files aren't at hand.
    var archiveText: String? {
        switch status {
        case "ARCHIVED", "UNARCHIVE_PENDING": "In the archive"
        case "ARCHIVE_PENDING": "Going into the archive"
        default: nil
        }
    }
}

extension OpenBISBrowsePage.Crumb {
    /// The way to something by its path, `/SPACE/PROJECT/CODE`, without the last step.
    static func above(_ identifier: String, _ places: OpenBISPlaces) -> [Self] {
        let parts = identifier.split(separator: "/").map(String.init)
        var crumbs: [Self] = []
        if parts.count > 1 { crumbs.append(Self(name: parts[0], url: PageLink(places.page(.space, parts[0])))) }
        if parts.count > 2 {
            let url = PageLink(places.project(at: "/\(parts[0])/\(parts[1])"))
            crumbs.append(Self(name: parts[1], url: url))
        }
        return crumbs
    }

    /// A step to something that has a permanent id.
    init(_ level: OpenBISLevel, _ relative: OpenBISRelative, _ places: OpenBISPlaces) {
        name = FileText.visible(relative.identifier.split(separator: "/").last.map(String.init) ?? relative.permID)
        url = PageLink(places.page(level, relative.permID))
    }
}

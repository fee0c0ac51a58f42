import Foundation

/// Something in openBIS: what it is, and what is in it.
struct OpenBISBrowsePage: Page {
    static let template = "openbis-browse"
    static let scripts = ["openbis.js"]

    /// A step of the way down to the thing.
    struct Crumb: Sendable, Equatable {
        let name: String
        /// Nil of the thing itself.
        let url: PageLink?
    }

    /// What is known of the thing; one of text, link and time.
    struct Fact: Sendable, Equatable {
        let label: String
        let text: String?
        let url: PageLink?
        let time: TimeText?

        init(_ label: String, _ text: String, url: PageLink? = nil) {
            (self.label, self.text, self.url, time) = (label, FileText.visibleLines(text), url, nil)
        }

        init(_ label: String, _ time: TimeText) {
            (self.label, text, url, self.time) = (label, nil, nil, time)
        }
    }

    /// What is in the thing, of one sort.
    struct List: Sendable, Equatable {
        /// In the address, and of its heading.
        let id: String
        let title: String
        let countText: String
        let emptyText: String?
        let rows: [Row]
        let pager: OpenBISPager?
    }

    /// One thing of a list.
    struct Row: Sendable, Equatable {
        let icon: String
        let url: PageLink
        let name: String
        /// What it is called in openBIS, if that isn't its name.
        let code: String?
        let detail: String
        let registered: TimeText?
    }

    /// The field with which things are found.
    struct Search: Sendable, Equatable {
        let url: PageLink
        let suggestionsURL: PageLink
        let placeText: String
        let typed: String

        init(_ places: OpenBISPlaces, in title: String, typed: String = "") {
            url = PageLink(places.search)
            suggestionsURL = PageLink(places.suggestions)
            placeText = title
            self.typed = typed
        }
    }

    let title: String
    let section: PageSection? = .openBIS
    /// Nil of what is no thing of the tree.
    let kindText: String?
    let heading: String
    let crumbs: [Crumb]
    let hasWay: Bool
    let search: Search
    let notebookURL: PageLink?
    let workspaceURL: PageLink
    let description: String?
    let facts: [Fact]
    let hasFacts: Bool
    let files: OpenBISFilesView?
    let lists: [List]
    /// What is wrong with what was typed.
    let problem: String?

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - visit: of whom and where.
    ///   - level: of what sort the thing is; nil for what is no thing of the tree.
    ///   - heading: what people call it.
    ///   - crumbs: the way to it, without what is always there: openBIS itself, and the thing.
    ///   - notebook: where a notebook about it is begun.
    ///   - description: what is said of it.
    ///   - facts: what is known of it.
    ///   - files: of a dataset.
    ///   - lists: what is in it.
    ///   - typed: what was searched for.
    ///   - problem: what is wrong with that.
    init(
        _ visit: OpenBISVisit,
        _ level: OpenBISLevel? = nil,
        heading: String,
        crumbs: [Crumb] = [],
        notebook: String? = nil,
        description: String? = nil,
        facts: [Fact] = [],
        files: OpenBISFilesView? = nil,
        lists: [List] = [],
        typed: String = "",
        problem: String? = nil,
    ) {
        let heading = FileText.visible(heading)
        title = heading == visit.title ? heading : "\(heading) · \(visit.title)"
        kindText = level?.word
        self.heading = heading
        // All spaces are where each way begins.
        hasWay = heading != visit.title
        let top = Crumb(name: visit.title, url: PageLink(visit.places.top))
        self.crumbs = hasWay ? [top] + crumbs + [Crumb(name: heading, url: nil)] : []
        search = Search(visit.places, in: visit.title, typed: typed)
        notebookURL = notebook.map { PageLink($0) }
        workspaceURL = PageLink(HubPath.workspace)
        self.description = description.map { FileText.visibleLines($0) }
        self.facts = facts
        hasFacts = !facts.isEmpty
        self.files = files
        self.lists = lists
        self.problem = problem
    }
}

extension HubPath {
    /// Leads into one's server, which is started if need be.
    static let workspace = prefix + "spawn"
}

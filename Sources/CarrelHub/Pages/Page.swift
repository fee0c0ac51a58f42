/// What a page says about itself; its plain fields are what its template shows.
///
/// A template sees stored properties only, so everything it shows is computed in `init`.
protocol Page: Sendable {
    /// Name of the Mustache template of the page's main part, without its extension.
    static var template: String { get }

    /// The page's own scripts, by asset name; each only adds comfort to a page that works without it.
    static var scripts: [String] { get }

    /// What stands in the title bar, before the name of the hub.
    var title: String { get }

    /// The entry of the navigation that leads here, if one does.
    var section: PageSection? { get }

    /// After how many seconds a browser without JavaScript should load the page again.
    var refreshSeconds: Int? { get }
}

extension Page {
    static var scripts: [String] { [] }
    var section: PageSection? { nil }
    var refreshSeconds: Int? { nil }
}

/// An entry of the navigation at the head of every page.
enum PageSection: Sendable {
    case home, storage, connections, openBIS, admin, account
}

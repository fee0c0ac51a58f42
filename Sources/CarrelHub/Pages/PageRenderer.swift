import Mustache

/// Turns page values into HTML; made once, when the hub starts.
struct PageRenderer: Sendable {
    let assets: StaticAssets

    private let library: MustacheLibrary

    /// Parses all templates.
    ///
    /// - Throws: ``PageError`` when a template can't be parsed, or a page has none.
    init(
        templates: [String: String] = PageTemplates.texts,
        pages: [any Page.Type] = PageTemplates.pages,
        assets: StaticAssets = StaticAssets()
    ) throws(PageError) {
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        var library = MustacheLibrary()
        for (name, text) in templates {
            do {
                // Each partial starts with Mustache's own escaping again, so each needs the pragma.
                try library.register("{{% CONTENT_TYPE:\(HTMLEscaping.name)}}\n" + text, named: name)
            } catch {
                throw .malformed(template: name, reason: String(describing: error))
            }
        }
        for name in ["layout"] + pages.map({ $0.template }) where library.getTemplate(named: name) == nil {
            throw .missing(template: name)
        }
        self.library = library
        self.assets = assets
    }

    /// The page as a whole HTML document.
    ///
    /// - Throws: ``PageError/missing(template:)`` for a page that `init` wasn't told of.
    func render(_ page: some Page, in frame: PageFrame) throws(PageError) -> String {
        let bodyTemplate = type(of: page).template
        guard library.getTemplate(named: bodyTemplate) != nil else { throw .missing(template: bodyTemplate) }
        let context = DocumentContext(page: page, frame: frame, assets: assets)
        guard let document = library.render(TemplateValue.make(context), withTemplate: "layout") else {
            throw .missing(template: "layout")
        }
        return document
    }
}

/// What the layout sees; its names are unlike any page's, because Mustache looks outwards for what a page lacks.
private struct DocumentContext {
    let frame: PageFrame
    let page: any Page
    let bodyTemplate: String
    let documentTitle: String
    let documentRefresh: Int?
    let inHome: Bool
    let inStorage: Bool
    let inConnections: Bool
    let inOpenBIS: Bool
    let inAdmin: Bool
    let inAccount: Bool
    let stylesheet: PageLink
    let logo: PageLink
    let icons: PageLink
    let artwork: PageLink
    let scriptLinks: [PageLink]

    init(page: some Page, frame: PageFrame, assets: StaticAssets) {
        func link(_ name: String) -> PageLink { assets.link(to: name, in: frame.links.staticFolder) }
        self.frame = frame
        self.page = page
        bodyTemplate = type(of: page).template
        documentTitle = "\(page.title) · \(frame.hubName)"
        documentRefresh = page.refreshSeconds
        inHome = page.section == .home
        inStorage = page.section == .storage
        inConnections = page.section == .connections
        inOpenBIS = page.section == .openBIS
        inAdmin = page.section == .admin
        inAccount = page.section == .account
        stylesheet = link("carrel.css")
        logo = link("logo.svg")
        icons = link("icons.svg")
        artwork = link("desk.svg")
        scriptLinks = (["carrel.js"] + type(of: page).scripts).map(link)
    }
}

import CarrelModel
import CarrelStore
import Foundation

/// Notebooks to begin with: one click opens one in a server of one's own.
struct CataloguePage: Page {
    struct Section: Sendable, Equatable {
        let id: String
        let title: String
        let entries: [Entry]
    }

    struct Entry: Sendable, Equatable {
        let title: String
        let text: String?
        let pictureURL: PageLink?
        let openURL: PageLink
        let doi: String?
        let doiURL: PageLink?
    }

    static let template = "catalogue"

    let title: String
    let heading: String
    let text: String?
    let sections: [Section]
    let isEmpty: Bool
    /// What becomes of their work, where it isn't kept.
    let keepText: String?
    let startURL: PageLink

    init(_ catalogue: Catalogue, of instance: InstanceRecord) {
        heading = catalogue.title.isEmpty ? instance.settings.title : catalogue.title
        title = heading
        text = catalogue.text.isEmpty ? nil : catalogue.text
        let url = HubPath.catalogue(instance.name)
        sections = catalogue.sections.map { section in
            Section(
                id: section.name,
                title: section.title,
                entries: section.entries.map { Self.entry($0, in: section, url) },
            )
        }
        isEmpty = catalogue.sections.allSatisfy(\.entries.isEmpty)
        keepText =
            instance.settings.kind == .ephemeral
            ? "Nothing is kept here: download what you want to keep before you leave." : nil
        startURL = PageLink("\(url)/open")
    }

    private static func entry(_ entry: CatalogueEntry, in section: CatalogueSection, _ url: String) -> Entry {
        let place = "\(section.name)/\(entry.name)"
        return Entry(
            title: entry.title,
            text: entry.text.isEmpty ? nil : entry.text,
            pictureURL: entry.picture == nil ? nil : PageLink("\(url)/picture/\(place)"),
            openURL: PageLink("\(url)/open/\(place)"),
            doi: entry.doi,
            doiURL: entry.doi.flatMap { doi in
                doi.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed).map {
                    PageLink("https://doi.org/\($0)")
                }
            },
        )
    }
}

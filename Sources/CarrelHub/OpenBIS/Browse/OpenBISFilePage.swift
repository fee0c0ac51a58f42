import Foundation
import OpenBISClient

/// A file of a dataset: what it shows of itself, and its download.
struct OpenBISFilePage: Page {
    static let template = "openbis-file"

    let title: String
    let section: PageSection? = .openBIS
    let heading: String
    let crumbs: [OpenBISBrowsePage.Crumb]
    let sizeText: String
    let downloadURL: PageLink
    let templateURL: PageLink?
    let pictureURL: PageLink?
    let pictureText: String
    let table: TablePreview?
    let tableText: String?
    let text: String?
    let textText: String?
    let emptyText: String?
}

extension OpenBISFilePage {
    /// - Parameters:
    ///   - file: of which dataset and path.
    ///   - dataSet: in which it is.
    ///   - preview: of it.
    ///   - visit: of whom and where.
    init(_ file: OpenBISFile, of dataSet: OpenBISDataSet, _ preview: FilePreview, _ visit: OpenBISVisit) {
        let (places, id) = (visit.places, dataSet.permID)
        let name = FileText.visible(file.name)
        heading = name
        title = "\(name) · \(visit.title)"
        let called = FileText.visible(dataSet.properties.title(or: id))
        let folder = file.path.unicodeScalars.split(separator: "/").dropLast().map { String($0) }
        var crumbs = [
            OpenBISBrowsePage.Crumb(name: visit.title, url: PageLink(places.top)),
            OpenBISBrowsePage.Crumb(name: called, url: PageLink(places.page(.dataset, id))),
        ]
        for depth in folder.indices {
            let url = PageLink(places.folder(folder[...depth].joined(separator: "/"), of: id))
            crumbs.append(OpenBISBrowsePage.Crumb(name: FileText.visible(folder[depth]), url: url))
        }
        self.crumbs = crumbs + [OpenBISBrowsePage.Crumb(name: name, url: nil)]
        sizeText = HumanText.size(file.size)
        downloadURL = PageLink(places.download(file.path, of: id))
        templateURL =
            dataSet.isNotebook(file.path) ? PageLink(places.newNotebook(.dataset, id, template: file.path)) : nil
        pictureURL = preview == .picture ? PageLink(places.picture(file.path, of: id, xsrf: visit.xsrf)) : nil
        pictureText = "The picture \(name)"
        if case .table(let shown) = preview {
            table = shown
            tableText = Self.words(shown)
        } else {
            (table, tableText) = (nil, nil)
        }
        if case .text(let shown, let isCut) = preview {
            text = shown
            textText = isCut ? "The first \(HumanText.size(FilePreview.textPiece)) of the text." : nil
        } else {
            (text, textText) = (nil, nil)
        }
        if case .nothing(let why) = preview { emptyText = why } else { emptyText = nil }
    }

    private static func words(_ table: TablePreview) -> String {
        let rows = HumanText.count(table.rows.count, "row")
        let columns =
            table.columns > TablePreview.mostColumns
            ? "the first \(TablePreview.mostColumns) of \(table.columns) columns"
            : HumanText.count(table.columns, "column")
        return table.hasMoreRows ? "The first \(rows), \(columns)." : "\(rows), \(columns)."
    }
}

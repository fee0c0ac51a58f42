import Foundation
import OpenBISClient

/// A folder of a dataset on the dataset's page.
struct OpenBISFilesView: Sendable, Equatable {
    /// A file or a folder.
    struct Row: Sendable, Equatable {
        let name: String
        let icon: String
        /// A folder's page, or what a file shows of itself.
        let url: PageLink
        let detail: String
        /// Nil of a folder.
        let downloadURL: PageLink?
        /// Where a notebook like this one is begun; nil of what is no stored notebook.
        let templateURL: PageLink?
    }

    let countText: String
    let crumbs: [OpenBISBrowsePage.Crumb]
    let hasCrumbs: Bool
    let emptyText: String?
    let rows: [Row]
    let pager: OpenBISPager?
    let cutText: String?
}

extension OpenBISFilesView {
    /// - Parameters:
    ///   - folder: what is in it.
    ///   - list: of the whole dataset.
    ///   - dataSet: of which it is.
    ///   - visit: of whom and where; its part `files` of the folder is shown.
    init(_ folder: OpenBISFolder, _ list: OpenBISFileList, of dataSet: OpenBISDataSet, _ visit: OpenBISVisit) {
        let (places, id, part) = (visit.places, dataSet.permID, visit.part("files"))
        let shown = folder.items.dropFirst(part.from).prefix(OpenBISPart.length)
        let count = list.tree.count
        countText = list.files.isEmpty ? "" : Self.count(count)
        emptyText = folder.items.isEmpty ? dataSet.emptyText : nil
        rows = shown.map { Row($0, at: folder.path(of: $0), of: dataSet, places) }
        pager = OpenBISPager(part, count: shown.count, total: folder.items.count)
        cutText =
            list.isCut
            ? "There are more files than can be listed here: these are the first \(OpenBISPager.grouped(count))." : nil
        var crumbs = [OpenBISBrowsePage.Crumb(name: "All files", url: PageLink(places.folder("", of: id)))]
        var walked = ""
        for name in folder.path.unicodeScalars.split(separator: "/").map({ String($0) }) {
            walked += (walked.isEmpty ? "" : "/") + name
            let url = PageLink(places.folder(walked, of: id))
            crumbs.append(OpenBISBrowsePage.Crumb(name: FileText.visible(name), url: url))
        }
        let last = crumbs.removeLast()
        self.crumbs = crumbs + [OpenBISBrowsePage.Crumb(name: last.name, url: nil)]
        hasCrumbs = !folder.path.isEmpty
    }

    /// Nothing, and why.
    init(problem: String) {
        (countText, crumbs, hasCrumbs, rows, pager, cutText) = ("", [], false, [], nil, nil)
        emptyText = problem
    }

    static func count(_ number: Int) -> String {
        "\(OpenBISPager.grouped(number)) \(number == 1 ? "file" : "files")"
    }
}

extension OpenBISFilesView.Row {
    init(_ item: OpenBISFolder.Item, at path: String, of dataSet: OpenBISDataSet, _ places: OpenBISPlaces) {
        let id = dataSet.permID
        name = FileText.visible(item.name)
        icon = item.isFolder ? "folder" : "file"
        url = PageLink(item.isFolder ? places.folder(path, of: id) : places.view(path, of: id))
        let size = HumanText.size(item.size)
        detail = item.isFolder ? "\(OpenBISFilesView.count(item.count)) · \(size)" : size
        downloadURL = item.isFolder ? nil : PageLink(places.download(path, of: id))
        templateURL =
            dataSet.isNotebook(path) && !item.isFolder
            ? PageLink(places.newNotebook(.dataset, id, template: path)) : nil
    }
}

extension OpenBISDataSet {
    /// Whether a file of it is a notebook that was saved to openBIS.
    func isNotebook(_ path: String) -> Bool {
        type == "ANALYSIS_NOTEBOOK" && path.lowercased().hasSuffix(".ipynb")
    }

    /// Said in place of files.
    fileprivate var emptyText: String {
        kind == "PHYSICAL" ? "There are no files here." : "A dataset of this kind (\(kind)) has no files of its own."
    }
}

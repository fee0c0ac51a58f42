import AsyncHTTPClient
import CarrelModel
import CarrelStore
import Foundation
import OpenBISClient

@testable import CarrelHub

/// The pages that show what is in openBIS.
enum OpenBISBrowseSamples {
    static var all: [(name: String, page: any Page, frame: PageFrame)] {
        [
            ("openbis-choice", OpenBISChoicePage([laboratory], [tie(isOver: false)]), frame),
            ("openbis-choice-over", OpenBISChoicePage([laboratory], [tie(isOver: true)]), frame),
            ("openbis-choice-none", OpenBISChoicePage([laboratory], []), frame),
            ("openbis-ended", OpenBISEndedPage(laboratory, next: "/hub/openbis/lab/object/1?datasets=50"), frame),
            ("openbis-file-table", file(table: TablePreview("a,b\n1,2\n<3>,4\n", isWhole: true)), frame),
            ("openbis-file-text", file(text: "one\n<two>\n"), frame),
            ("openbis-file-none", file(), frame),
        ] + browsing(laboratory)
    }

    private static var frame: PageFrame { PagesSamples.frame() }

    private static var laboratory: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "lab")
        (settings.kind, settings.title) = (.openbis, "openBIS of the Institute")
        settings.openBIS.url = "https://openbis.example.org"
        return settings
    }

    private static let session = "ada-240101120000000x0123456789ABCDEF0123456789ABCDEF"

    private static func tie(isOver: Bool) -> OpenBISTie {
        var grant = (try? OpenBISToken(session)).map { OpenBISGrant($0, of: "ada", origin: .brought) }
        grant?.isOver = isOver
        let identity = IdentityRecord(
            userId: 1,
            provider: "lab",
            subject: "ada",
            label: "ada",
            createdAt: PagesSamples.before(300),
        )
        return OpenBISTie(settings: laboratory, identity: identity, grant: grant)
    }

    private static func browsing(
        _ settings: AuthenticatorSettings
    ) -> [(name: String, page: any Page, frame: PageFrame)] {
        guard let visit = visit(settings) else { return [] }
        let row = OpenBISBrowsePage.Row(
            icon: "file",
            url: PageLink(visit.places.page(.dataset, "20240101120000000-12")),
            name: "Measured & <weighed>",
            code: "20240101120000000-12",
            detail: "RAW_DATA · 2.5 MB",
            registered: TimeText(PagesSamples.before(5000), now: PagesSamples.now),
        )
        let part = OpenBISPart("datasets", at: visit.address, query: "datasets=100")
        let list = OpenBISBrowsePage.List(
            id: "datasets",
            title: "Datasets",
            countText: "10,000",
            emptyText: nil,
            rows: [row],
            pager: OpenBISPager(part, count: 50, total: 10_000),
        )
        let empty = OpenBISBrowsePage.List(
            id: "objects",
            title: "Objects",
            countText: "",
            emptyText: "There are no objects in this collection.",
            rows: [],
            pager: nil,
        )
        let page = OpenBISBrowsePage(
            visit,
            .dataset,
            heading: "First collection",
            crumbs: OpenBISBrowsePage.Crumb.above("/LAB/P1/C1", visit.places),
            notebook: visit.places.newNotebook(.dataset, "20240101120000000-12"),
            description: "Several\nlines",
            facts: [
                .init("Type", "RAW_DATA"), .init("Object", "/LAB/P1/EXP1", url: "/hub/openbis/lab/object/1"),
                .init("Registered", TimeText(PagesSamples.before(5000), now: PagesSamples.now)),
            ],
            files: files(visit),
            lists: [empty, list],
        )
        let search = OpenBISBrowsePage(visit, heading: "Search", typed: "\"<x>", problem: "Type at least two letters.")
        let top = OpenBISBrowsePage(visit, heading: visit.title, notebook: visit.places.newNotebook())
        return [
            ("openbis-dataset", page, frame), ("openbis-search", search, frame), ("openbis-top", top, frame),
        ]
    }

    private static func files(_ visit: OpenBISVisit) -> OpenBISFilesView {
        let part = OpenBISPart("files", at: visit.address, query: nil)
        return OpenBISFilesView(
            countText: "2 files",
            crumbs: [
                .init(name: "All files", url: "/hub/openbis/lab/dataset/1?folder="), .init(name: "original", url: nil),
            ],
            hasCrumbs: true,
            emptyText: nil,
            rows: [
                .init(
                    name: "run",
                    icon: "folder",
                    url: PageLink(visit.places.folder("original/run", of: "1")),
                    detail: "2 files · 3 kB",
                    downloadURL: nil,
                    templateURL: nil,
                ),
                .init(
                    name: "with, Größe & <b>.ipynb",
                    icon: "file",
                    url: PageLink(visit.places.view("original/with, Größe & <b>.ipynb", of: "1")),
                    detail: "3 kB",
                    downloadURL: PageLink(visit.places.download("original/with, Größe & <b>.ipynb", of: "1")),
                    templateURL: PageLink(visit.places.newNotebook(.dataset, "1", template: "original/a b.ipynb")),
                ),
            ],
            pager: OpenBISPager(part, count: 50, total: 60),
            cutText: "There are more files than can be listed here: these are the first 100,000.",
        )
    }

    private static func file(table: TablePreview? = nil, text: String? = nil) -> OpenBISFilePage {
        OpenBISFilePage(
            title: "a.png · openBIS",
            heading: "a.png",
            crumbs: [.init(name: "openBIS", url: "/hub/openbis/lab/"), .init(name: "a.png", url: nil)],
            sizeText: "3 kB",
            downloadURL: "/hub/openbis/lab/dataset/1/file?path=a.png",
            templateURL: "/hub/openbis/lab/new-notebook?entity=DATASET&permId=1&template=1&file=a.ipynb",
            pictureURL: "/hub/openbis/lab/dataset/1/picture?path=a.png",
            pictureText: "The picture a.png",
            table: table,
            tableText: table.map { _ in "2 rows, 2 columns." },
            text: text,
            textText: text.map { _ in "The first 65.5 kB of the text." },
            emptyText: table == nil && text == nil ? "The file is empty." : nil,
        )
    }

    private static func visit(_ settings: AuthenticatorSettings) -> OpenBISVisit? {
        guard let address = try? OpenBISAddress(settings.openBIS.url),
            let token = try? OpenBISToken(session)
        else { return nil }
        let client = OpenBISClient(OpenBISSettings(address: address), http: .shared)
        return OpenBISVisit(
            access: OpenBISAccess(settings: settings, client: client, token: token, userID: "ada"),
            contents: client.session(token),
            places: OpenBISPlaces(name: settings.name),
            user: "ada",
            address: "/hub/openbis/lab/dataset/20240101120000000-12",
            query: nil,
            id: "20240101120000000-12",
            xsrf: "x",
            now: PagesSamples.now,
        )
    }
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages about use, homes, requests and restore points with every field filled.
enum WallsSamples {
    typealias Samples = PagesSamples

    static let now = PagesSamples.now

    static let use = ServerUse(
        serverName: "",
        reading: UsageReading(
            ServerUsage(
                memory: ByteCount(bytes: 3_900_000_000),
                memoryLimit: ByteCount(bytes: 4_000_000_000),
                processorTime: .seconds(9),
                processorLimit: 2,
                processes: 31,
                memoryKills: 1,
            ),
            after: UsageReading(ServerUsage(processorTime: .seconds(7)), at: Samples.before(4)),
            at: now,
        ),
    )
    static let usage = HomeUsage(used: ByteCount(bytes: 19_400_000_000), quota: ByteCount(bytes: 20_000_000_000))
    static let point = RestorePoint(name: "2026-11-18T14:00", date: Samples.before(3600))

    static let home = HomePage(
        cards: [
            Samples.card("", .ready, use: use),
            Samples.card("new", .ready, use: ServerUse(serverName: "new", reading: nil)),
        ],
        home: UseMeter(usage),
        news: [HomePage.News(request(.declined)), HomePage.News(request(.granted))],
        usageURL: "/hub/api/carrel/users/ada/usage",
    )

    static func request(_ state: RequestRecord.State, _ kind: RequestRecord.Kind = .storage) -> RequestRecord {
        var request = RequestRecord(
            userId: 1,
            kind: kind,
            text: "The ensemble of the 2026 season\nneeds more room.",
            wantedBytes: kind == .storage ? 50_000_000_000 : nil,
            createdAt: Samples.before(4_000),
        )
        request.id = 7
        request.state = state
        guard state != .open else { return request }
        request.answer = "There is room for it."
        request.answeredBy = "root"
        request.answeredAt = Samples.before(60)
        return request
    }

    static func entry(_ path: String, _ kind: HomeFileEntry.Kind, _ size: Int64) -> HomeFileEntry {
        HomeFileEntry(path: path, kind: kind, size: size, changedAt: Samples.before(90_000))
    }

    static let folder = RestoreFolderPage(
        point: point,
        path: "work/2026",
        old: [
            entry("work/2026/data", .folder, 0), entry("work/2026/model.ipynb", .file, 48_000),
            entry("work/2026/same.txt", .file, 12), entry("work/2026/gone.txt", .file, 3_400),
            entry("work/2026/latest", .link, 0), entry("work/2026/\u{FFFD}.txt", .other, 0),
        ],
        present: [
            entry("work/2026/data", .folder, 0), entry("work/2026/model.ipynb", .file, 51_000),
            entry("work/2026/same.txt", .file, 12),
        ],
        now: now,
    )

    static let compare = ComparePage(
        point: point,
        path: "work/2026/run.py",
        comparison: FileComparison(
            old: Data("import numpy\n\nsteps = 100\nrun(steps)\n".utf8),
            present: Data("import numpy\n\nsteps = 2000\nrun(steps)\nsave()\n".utf8),
            name: "run.py",
        ),
        now: now,
    )

    static func row(_ number: Int, _ name: String, home: HomeUsage?) -> AdminPage.Row {
        func server(_ title: String, _ state: String, uses: [String]) -> AdminPage.Server {
            AdminPage.Server(
                title: title,
                stateName: state.lowercased(),
                stateText: state,
                uses: uses,
                wasKilled: state == "Ready",
                startURL: state == "Stopped" ? "/hub/admin/start/x" : nil,
                stopURL: state == "Ready" ? "/hub/admin/stop/x" : nil,
                logURL: "/hub/logs/x",
            )
        }
        return AdminPage.Row(
            id: "user-\(number)",
            name: name,
            isAdmin: number == 0,
            isDisabled: number == 1,
            servers: [
                server("My server", "Ready", uses: ["Memory: 1.2 GB of 4 GB", "Processors: 0.5 of 2"]),
                server("gpu", "Stopped", uses: []),
            ],
            home: home.map { UseMeter($0) },
            quotaText: "20 GB",
            quotaTag: number == 0 ? "Own" : "climate",
            groupsText: number == 0 ? nil : "climate, soil",
            active: number == 0 ? TimeText(Samples.before(300), now: now) : nil,
            quotaURL: "/hub/admin/quota/x",
            url: "/hub/admin/users/x",
        )
    }

    static func wish(_ request: RequestRecord, home: HomeUsage?) -> AdminPage.Wish {
        AdminPage.Wish(
            item: RequestsPage.Item(request, now: now),
            userName: "ada",
            userURL: "/hub/admin?q=ada",
            home: home.map { UseMeter($0) },
            sizeText: request.kind == .storage ? "50 GB" : nil,
            groups: request.kind == .group
                ? [GroupChoice(name: "climate", isChosen: true), GroupChoice(name: "soil", isChosen: false)] : [],
            hasGroups: request.kind == .group,
            answerURL: "/hub/admin/requests/7",
        )
    }

    static let admin = AdminPage(
        view: AdminView(search: "a", order: "use", page: "2"),
        rows: [row(0, "ada", home: usage), row(1, String(repeating: "m", count: 200), home: nil)],
        count: 60,
        wishes: [wish(request(.open), home: usage)],
        strength: .counted(reason: "The homes aren’t on btrfs."),
    )

    static let storage = StoragePage(
        usage: usage,
        source: .own,
        strength: .counted(reason: "The homes aren’t on btrfs."),
        survey: .counted([entry("models/2026", .folder, 12_000_000_000), entry("data", .folder, 900_000)]),
        typedText: "For the models",
        problem: "“20 G” isn’t clear.",
    )

    static func takeout(
        _ count: TakeoutPage.Count = .counted(TakeoutProgress(entries: 8_120, bytes: 5_600_000_000)),
        isEmpty: Bool = false,
        problem: String? = nil,
    ) -> TakeoutPage {
        var choice = TakeoutChoice()
        (choice.path, choice.leavesCachesOut) = ("work/data", true)
        let homes = ["default", "course"].map { name in
            TakeoutHome(id: HomeID(instance: name, slug: "ada"), label: name == "default" ? "My home" : "Course")
        }
        let states: [TakeoutRecord.State] = isEmpty ? [] : [.waiting, .making, .ready, .failed]
        let board = TakeoutBoard()
        let limits = TakeoutLimits()
        let expected = TakeoutProgress(entries: 8_120, bytes: 5_600_000_000)
        let ada = (try? UserName(normalizing: "ada")).map { UserRecord.sample($0) }
        let place = ada.flatMap {
            try? board.enter(user: $0, fileName: "ada-data.zip", expected: expected, at: now, limits: limits)
        }
        place?.follow { TakeoutProgress(entries: 900, bytes: 1_200_000_000, written: 700_000_000) }
        defer { withExtendedLifetime(place) {} }
        return TakeoutPage(
            choice: choice,
            homes: homes,
            count: count,
            streams: isEmpty ? [] : ada.map { board.streams(of: $0.name) } ?? [],
            prepared: states.map { takeoutRecord($0) },
            progress: { _ in TakeoutProgress(entries: 900, bytes: 1_200_000_000, written: 700_000_000) },
            problem: problem,
            now: now,
        )
    }

    private static func takeoutRecord(_ state: TakeoutRecord.State) -> TakeoutRecord {
        var record = TakeoutRecord(
            id: "id\(state.rawValue)",
            userId: 1,
            instance: "default",
            slug: "ada",
            path: "work/data",
            format: "zip",
            leavesCachesOut: true,
            folder: "data",
            fileName: "ada-data-2026-11-21.zip",
            createdAt: Samples.before(600),
        )
        record.state = state
        guard state == .ready || state == .failed else { return record }
        record.size = 2_400_000_000
        record.expiresAt = Samples.before(-80_000)
        record.failure = state == .failed ? "The hub's disk has no room for this archive." : nil
        return record
    }

    /// Every page in every state, with the file name it is looked at under.
    static let all: [(name: String, page: any Page, frame: PageFrame)] = [
        ("storage", storage, Samples.frame()),
        ("storage-first", StoragePage(usage: nil, strength: .hard, survey: .notAsked), Samples.frame()),
        ("storage-busy", StoragePage(usage: usage, strength: .hard, survey: .underWay), Samples.frame()),
        ("storage-empty", StoragePage(usage: usage, strength: .hard, survey: .counted([])), Samples.frame()),
        ("storage-failed", StoragePage(usage: usage, strength: .hard, survey: .failed("No.")), Samples.frame()),
        (
            "requests",
            RequestsPage(
                [request(.open), request(.declined, .package), request(.granted), request(.withdrawn, .other)],
                problem: "The request says nothing.",
                now: now,
            ), Samples.frame(notice: .done("Your request is with the admins."))
        ),
        (
            "requests-many",
            RequestsPage(Array(repeating: request(.open), count: RequestStore.mostOpen), now: now), Samples.frame()
        ),
        ("requests-none", RequestsPage([], now: now), Samples.frame()),
        ("restore", RestorePage(points: [point], strength: .hard, hasPlace: true, now: now), Samples.frame()),
        ("restore-none", RestorePage(points: [], strength: .hard, hasPlace: true, now: now), Samples.frame()),
        ("restore-folder", folder, Samples.frame()),
        (
            "restore-empty",
            RestoreFolderPage(point: point, path: "", old: [], present: [], now: now), Samples.frame()
        ),
        (
            "restore-long",
            RestoreFolderPage(
                point: point,
                path: "",
                old: (0...RestoreFolderPage.mostEntries).map { entry("f\($0)", .file, 1) },
                present: [],
                now: now,
            ), Samples.frame()
        ),
        ("compare", compare, Samples.frame()),
        (
            "compare-long",
            ComparePage(
                point: point,
                path: "a",
                comparison: FileComparison(
                    old: Data(String(repeating: "a\n", count: 9_000).utf8),
                    present: nil,
                    name: "a"
                ),
                now: now,
            ), Samples.frame()
        ),
        ("brought-back", BroughtBackPage(point: point, path: "work/a.txt", kept: "work/a (kept).txt"), Samples.frame()),
        ("brought-back-new", BroughtBackPage(point: point, path: "work/a.txt", kept: nil), Samples.frame()),
        ("takeout", takeout(), Samples.frame()),
        ("takeout-none", takeout(.notAsked, isEmpty: true), Samples.frame()),
        ("takeout-busy", takeout(.underWay), Samples.frame()),
        ("takeout-failed", takeout(.failed("There are no files yet.")), Samples.frame()),
        ("takeout-problem", takeout(.notAsked, problem: "There is no “x” in this home."), Samples.frame()),
        ("admin", admin, Samples.frame(isAdmin: true)),
        (
            "admin-group-wish",
            AdminPage(
                view: AdminView(),
                rows: [],
                count: 0,
                wishes: [wish(request(.open, .group), home: nil)],
                strength: .hard,
            ), Samples.frame(isAdmin: true)
        ),
        (
            "admin-empty",
            AdminPage(view: AdminView(), rows: [], count: 0, wishes: [], strength: .hard, notBuilt: ["r"]),
            Samples.frame(isAdmin: true)
        ),
    ]
}

import CarrelData
import CarrelModel
import CarrelStore
import Foundation

@testable import CarrelHub

/// The page Connections, in the states that people see.
enum ConnectionSamples {
    private static func entry(
        _ title: String,
        _ kind: DataSourceKind = .webdav,
        _ report: ConnectionReport? = nil,
        isConnected: Bool = true,
        isTried: Bool = true,
        isOffered: Bool = true,
    ) -> ConnectionDesk.Entry {
        var source = DataSourceSettings(name: title.lowercased().replacing(" ", with: "-"))
        (source.kind, source.title, source.description) = (kind, title, "Files of people and their groups.")
        source.passwordHelp = WebAddress(text: "https://cloud.example.org/settings/user/security")
        let link = ConnectionRecord(
            userId: 1,
            source: source.name,
            remember: title != "Cloud",
            state: isTried ? "connected" : nil,
            at: noon,
        )
        return ConnectionDesk.Entry(
            source: source,
            isOffered: isOffered,
            connection: isConnected ? link : nil,
            userName: isConnected && kind == .webdav ? "ada" : "",
            signsInByItself: false,
            standing: ConnectionStanding(
                link: isConnected ? link : nil,
                isLost: false,
                signsInByItself: false,
                report: report,
                conflicts: report?.conflicts ?? [],
            ),
        )
    }

    private static let entries = [
        entry(
            "B2DROP",
            .webdav,
            ConnectionReport(state: .connected, since: noon.addingTimeInterval(-86_400), waiting: 3)
        ),
        entry(
            "Cloud",
            .webdav,
            ConnectionReport(
                state: .offline,
                since: noon.addingTimeInterval(-7_200),
                lastFault: "The connection broke off in the middle; nothing was changed.",
                conflicts: ["rivers/gauges (changed elsewhere 2026-11-22).csv"],
            ),
        ),
        entry("EGI DataHub", .onedata, ConnectionReport(state: .refused, since: noon)),
        entry("Archive", .webdav, isTried: false), entry("Workspace", .storagehub, isConnected: false),
        entry("Old store", .webdav, isOffered: false),
    ]

    /// What is asked before a start, when something that was typed is wrong.
    private static let options = OptionsPage(
        InstancePolicy(instance: InstanceSettings(name: "default"), configuration: Configuration()),
        title: "My server",
        last: nil,
        sources: Array(entries.prefix(3)),
        refused: StartConnections.Refused(
            source: "b2drop",
            form: ConnectionForm(userName: "<ada>", secret: "wrong", remember: true),
            refusal: .state(.refused),
        ),
        startURL: "/hub/spawn/ada",
        next: nil,
    )

    static let all: [(name: String, page: any Page, frame: PageFrame)] = [
        (
            "connections",
            ConnectionsPage(ConnectionDesk.Overview(entries: entries, isBlind: true), now: noon),
            PagesSamples.frame()
        ),
        (
            "connections-none",
            ConnectionsPage(ConnectionDesk.Overview(entries: [], isBlind: false), now: noon),
            PagesSamples.frame()
        ),
        ("options-connections", options, PagesSamples.frame()),
        (
            "home-connections",
            HomePage(cards: [], connections: entries.map { HomePage.Connection($0) }),
            PagesSamples.frame()
        ),
        (
            "connections-wrong",
            ConnectionsPage(
                ConnectionDesk.Overview(entries: [entry("B2DROP", isConnected: false)], isBlind: false),
                typed: ConnectionsPage.Typed(
                    source: "b2drop",
                    userName: "<ada>",
                    remember: true,
                    problem: ConnectionRefusal.state(.refused).words,
                ),
                now: noon,
            ),
            PagesSamples.frame()
        ),
    ]
}

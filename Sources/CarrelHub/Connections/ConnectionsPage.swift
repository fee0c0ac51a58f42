import CarrelData
import CarrelModel
import CarrelStore
import Foundation

/// One's connections to data sources: how each is, and what one signs in there with.
struct ConnectionsPage: Page {
    static let template = "connections"
    static let scripts = ["connections.js"]

    /// A data source.
    struct Card: Sendable, Equatable {
        let name: String
        let id: String
        let title: String
        let description: String?
        let path: String
        let accessText: String?
        // How it is.
        let tone: String
        let icon: String
        let stateTitle: String
        let message: String
        let remedy: String
        let since: TimeText?
        let lastFault: String?
        let waitingText: String?
        let conflicts: [String]
        let hasConflicts: Bool
        /// Where it is said that they were seen.
        let seenURL: PageLink
        // What there is.
        let isConnected: Bool
        let account: String?
        let keptText: String?
        // What can be done.
        let testURL: PageLink?
        let removeURL: PageLink?
        /// Where the session is that opens it; nil where people give something.
        let session: Link?
        let form: Form?
    }

    /// A page of the hub.
    struct Link: Sendable, Equatable {
        let url: PageLink
        let label: String
    }

    /// What is typed to connect.
    struct Form: Sendable, Equatable {
        let url: PageLink
        /// Whether it is a name and a password, and not a token.
        let asksName: Bool
        let secretLabel: String
        let secretHint: String?
        let userName: String
        let remember: Bool
        let helpURL: PageLink?
        /// The ids of what explains the field of the secret, with blanks between them; nil for nothing.
        let described: String?
        /// Whether it stands open, as there is nothing yet, or something is wrong.
        let isOpen: Bool
        let summary: String
        let buttonLabel: String
        let problem: String?
    }

    let title = "Connections"
    let section: PageSection? = .connections
    let cards: [Card]
    let isEmpty: Bool
    /// Said when nobody can say how connections are.
    let blindText: String?
    let statesURL = PageLink(APIPath.connections)

    /// - Parameters:
    ///   - overview: what there is.
    ///   - typed: what somebody typed and why it wasn't kept; never a secret.
    ///   - now: the time.
    init(_ overview: ConnectionDesk.Overview, typed: Typed? = nil, now: Date) {
        cards = overview.entries.map { entry in
            Card(entry, typed: typed.flatMap { $0.source == entry.source.name ? $0 : nil }, now: now)
        }
        isEmpty = overview.entries.isEmpty
        blindText =
            overview.isBlind && overview.entries.contains(where: \.isConfigured)
            ? "The part of the hub that talks to data sources isn’t running, so you see the states of earlier." : nil
    }

    /// What a form holds that wasn't taken.
    struct Typed: Sendable, Equatable {
        let source: String
        let userName: String
        let remember: Bool
        let problem: String
    }

    /// Without JavaScript the page is loaded again by hand: somebody may be typing in it.
    var refreshSeconds: Int? { nil }
}

extension ConnectionsPage.Card {
    init(_ entry: ConnectionDesk.Entry, typed: ConnectionsPage.Typed?, now: Date) {
        let (source, standing, url) = (entry.source, entry.standing, HubPath.connection(entry.source.name))
        name = source.name
        id = "source-\(source.name)"
        title = source.title
        description = source.description.isEmpty ? nil : source.description
        path = "~/\(source.homeFolder)"
        accessText = source.access == .readOnly ? "Read only" : nil
        tone = standing.tone.rawValue
        icon = standing.icon
        stateTitle = standing.title
        message = entry.isOffered ? standing.message : "This isn’t offered to you any more."
        remedy = entry.isOffered ? standing.remedy : "You can remove what you gave for it."
        since = standing.since.map { TimeText(lastingSince: $0, now: now) }
        lastFault = standing.lastFault
        waitingText = standing.waitingText
        conflicts = standing.conflicts
        hasConflicts = !standing.conflicts.isEmpty
        seenURL = PageLink(url + "/conflicts")
        isConnected = entry.connection != nil
        account = entry.userName.isEmpty ? nil : entry.userName
        keptText = entry.connection.map {
            $0.remember
                ? "Kept until you remove it" : "Forgotten when your last server has stopped and you have signed out"
        }
        testURL = entry.isOffered && entry.isConfigured ? PageLink(url + "/test") : nil
        removeURL = entry.connection == nil ? nil : PageLink(url + "/remove")
        session = ConnectionsPage.Link(entry)
        form =
            entry.isOffered && source.kind.credential != .nothing
            ? ConnectionsPage.Form(entry, url: PageLink(url), typed: typed) : nil
    }
}

extension ConnectionsPage.Link {
    init?(_ entry: ConnectionDesk.Entry) {
        guard entry.isOffered, entry.source.kind == .openbis else { return nil }
        if entry.signsInByItself {
            self.init(url: PageLink(HubPath.openBIS(entry.source.authenticator)), label: "Session and token")
        } else {
            self.init(url: PageLink(HubPath.account), label: "Account")
        }
    }
}

extension ConnectionsPage.Form {
    init(_ entry: ConnectionDesk.Entry, url: PageLink, typed: ConnectionsPage.Typed?) {
        self.url = url
        let isConnected = entry.connection != nil
        asksName = entry.source.kind.credential == .password
        secretLabel = asksName ? "App password" : "Token"
        secretHint = isConnected ? "Leave it empty to keep the one that the hub has." : nil
        userName = typed?.userName ?? entry.userName
        remember = typed?.remember ?? entry.connection?.remember ?? true
        helpURL = entry.source.passwordHelp.map { PageLink($0.text) }
        let id = "source-\(entry.source.name)"
        let notes = [
            helpURL.map { _ in "\(id)-help" }, secretHint.map { _ in "\(id)-hint" }, typed.map { _ in "problem" },
        ].compactMap { $0 }
        described = notes.isEmpty ? nil : notes.joined(separator: " ")
        isOpen = typed != nil || !entry.isConfigured || (isConnected && entry.standing.tone == .bad)
        summary =
            isConnected ? "Reconnect" : entry.signsInByItself ? "Use a token of your own" : "Connect"
        buttonLabel = isConnected ? "Try it and keep it" : "Connect"
        problem = typed?.problem
    }
}

extension HubPath {
    static let connections = prefix + "connections"
    static func connection(_ source: String) -> String { "\(connections)/\(source)" }
}

extension APIPath {
    static let connections = "/hub/api/carrel/connections"
}

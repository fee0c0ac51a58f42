import CarrelModel
import CarrelStore
import Foundation

/// Each openBIS of this hub, and whether one is known there.
struct OpenBISChoicePage: Page {
    static let template = "openbis-choice"

    /// One openBIS.
    struct Entry: Sendable, Equatable {
        let title: String
        let text: String
        /// Its pages, or where a session or a way to sign in is to be had.
        let url: PageLink
        let label: String
        let isReady: Bool
    }

    let title = "openBIS"
    let section: PageSection? = .openBIS
    let entries: [Entry]
    let workspaceURL = PageLink(HubPath.workspace)

    /// - Parameters:
    ///   - all: those of the configuration.
    ///   - ties: who one is there.
    init(_ all: [AuthenticatorSettings], _ ties: [OpenBISTie]) {
        entries = all.map { settings in
            let tie = ties.first { $0.settings.name == settings.name }
            return Entry(settings, tie)
        }
    }
}

extension OpenBISChoicePage.Entry {
    fileprivate init(_ settings: AuthenticatorSettings, _ tie: OpenBISTie?) {
        title = settings.title
        isReady = tie?.grant?.usable != nil
        switch tie {
        case let tie? where tie.grant?.usable != nil:
            text = "You are \(tie.identity.subject) there."
            (url, label) = (PageLink(OpenBISPlaces(name: settings.name).top), "Browse")
        case let tie?:
            text = "You are \(tie.identity.subject) there, but the hub has no session of yours that is good."
            (url, label) = (PageLink(OpenBISEndedPage.renewal(at: settings.name)), "Begin a session")
        case nil:
            text =
                "Your account isn’t connected with it. Add it to your ways to sign in on the page Account, with your name "
                + "and password there or a token; or sign in to the hub with it."
            (url, label) = (PageLink(HubPath.account + "#ways"), "Connect on the page Account")
        }
    }
}

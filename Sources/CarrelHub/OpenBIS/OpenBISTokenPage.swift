import CarrelModel
import CarrelStore
import Foundation
import OpenBISClient

/// Somebody's session or personal access token at an openBIS: what is known of it, and how it is renewed.
struct OpenBISTokenPage: Page {
    static let template = "openbis-token"

    let title: String
    let section: PageSection? = .account
    let authenticator: String
    /// Where it is.
    let serverURL: PageLink
    /// Who one is there.
    let person: String
    let stateText: String
    /// Whether the token is good as far as is known.
    let isGood: Bool
    let kindText: String
    /// When openBIS said last that it is good.
    let checked: TimeText?
    let endText: String
    /// What is to be typed to get another one; asked for in any case where there is none that is good.
    let asksForPassword: Bool
    let renewURL: PageLink
    let showURL: PageLink
    let forgetURL: PageLink
    let accountURL = PageLink(HubPath.account)
    let hasToken: Bool
    /// The token, for who asked to see it.
    let token: String?
    let problem: String?

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - tie: who one is there.
    ///   - showsToken: whether the token itself is shown.
    ///   - problem: why the last step led nowhere.
    ///   - next: the page that a renewal leads to; nil for this one.
    ///   - now: the time.
    init(_ tie: OpenBISTie, showsToken: Bool = false, problem: String? = nil, next: String? = nil, now: Date) {
        let settings = tie.settings
        let path = HubPath.openBIS(settings.name)
        title = "Your session at \(settings.title)"
        authenticator = settings.title
        serverURL = PageLink(settings.openBIS.url)
        person = tie.identity.subject
        let usable = tie.grant?.usable
        isGood = usable != nil
        stateText =
            if usable != nil {
                "Good"
            } else {
                tie.grant == nil ? "None" : "Over"
            }
        let isPersonal = usable?.isPersonalAccessToken == true
        kindText = isPersonal ? "Personal access token" : "Session"
        checked = usable == nil ? nil : TimeText(tie.identity.checkedAt, now: now)
        endText =
            if usable == nil {
                ""
            } else if isPersonal {
                "On the day that you chose when you made it."
            } else if settings.openBIS.keepAlive {
                "When nobody uses it for some hours. The hub keeps it open as long as you are signed in or have a server."
            } else {
                "When nobody uses it for some hours."
            }
        asksForPassword = usable == nil || problem != nil
        renewURL = PageLink(path + "/renew" + (next.map { "?next=" + $0.queryValue } ?? ""))
        showURL = PageLink(path + "/token")
        forgetURL = PageLink(path + "/forget")
        hasToken = usable != nil
        token = showsToken ? usable?.text : nil
        self.problem = problem
    }
}

extension HubPath {
    /// The page about somebody's token at an openBIS.
    static func openBIS(_ authenticator: String) -> String { "\(account)/openbis/\(authenticator)" }
}

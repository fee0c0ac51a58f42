import Foundation

/// A person's second factor: on or off, and what can be done with it.
struct SecondFactorPage: Page {
    static let template = "second-factor"

    let title = "Second factor"
    let section: PageSection? = .account
    let userName: String
    let accountURL = PageLink(HubPath.account)
    /// Where to begin; nil when it is on, or the account's password is kept elsewhere.
    let offerURL: PageLink?
    /// What there is; nil when it is off.
    let present: Present?
    /// Whether there is nothing to be done here, for the account has no password of the hub.
    let isElsewhere: Bool
    let problem: String?

    /// A second factor that is on.
    struct Present: Sendable, Equatable {
        let since: TimeText
        let codesText: String
        /// Whether few recovery codes are left.
        let isLow: Bool
        let codesURL = PageLink(HubPath.secondFactor + "/codes")
        let offURL = PageLink(HubPath.secondFactor + "/off")
    }

    init(userName: String, hasPassword: Bool, since: Date?, codesLeft: Int, problem: String? = nil, now: Date) {
        self.userName = userName
        self.problem = problem
        isElsewhere = !hasPassword && since == nil
        offerURL = hasPassword && since == nil ? PageLink(HubPath.secondFactor) : nil
        present = since.map { since in
            Present(
                since: TimeText(since, now: now),
                codesText: "\(HumanText.count(codesLeft, "recovery code")) left",
                isLow: codesLeft < 3,
            )
        }
    }
}

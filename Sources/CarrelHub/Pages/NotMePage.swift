import Foundation

/// Asks somebody who saw a sign-in that wasn't theirs for a new password, and ends all else.
struct NotMePage: Page {
    static let template = "not-me"

    let title = "That wasn’t me"
    let section: PageSection? = .account
    let userName: String
    let actionURL = PageLink(HubPath.notMe)
    let accountURL = PageLink(HubPath.account)
    /// Whether the account has a password here, which is replaced.
    let hasPassword: Bool
    /// How many API tokens there are, in words; nil for none.
    let tokensText: String?
    /// Who one is at the providers that let one in, which goes on; nil for nowhere.
    let waysText: String?
    /// Fewest characters that a password may have.
    let minimumLength: Int
    let problem: String?

    init(userName: String, hasPassword: Bool, tokens: Int, ways: [String], minimumLength: Int, problem: String? = nil) {
        self.userName = userName
        self.hasPassword = hasPassword
        tokensText = tokens == 0 ? nil : "Also revoke my \(HumanText.count(tokens, "API token"))"
        waysText = ways.isEmpty ? nil : ways.formatted(.list(type: .and).locale(Locale(identifier: "en")))
        self.minimumLength = minimumLength
        self.problem = problem
    }
}

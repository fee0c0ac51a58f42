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
    /// How many API tokens and passwords for files there are, in words; nil for none.
    let tokensText: String?
    /// Who one is at the providers that let one in, which goes on; nil for nowhere.
    let waysText: String?
    /// Fewest characters that a password may have.
    let minimumLength: Int
    let problem: String?

    init(
        userName: String,
        hasPassword: Bool,
        tokens: Int,
        filePasswords: Int = 0,
        ways: [String],
        minimumLength: Int,
        problem: String? = nil,
    ) {
        self.userName = userName
        self.hasPassword = hasPassword
        let revocable = [
            tokens == 0 ? nil : HumanText.count(tokens, "API token"),
            filePasswords == 0 ? nil : "\(HumanText.count(filePasswords, "password")) for files",
        ].compactMap { $0 }
        tokensText = revocable.isEmpty ? nil : "Also revoke my \(revocable.joined(separator: " and "))"
        waysText = ways.isEmpty ? nil : ways.formatted(.list(type: .and).locale(Locale(identifier: "en")))
        self.minimumLength = minimumLength
        self.problem = problem
    }
}

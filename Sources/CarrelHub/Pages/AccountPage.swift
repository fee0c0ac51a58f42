import Foundation

/// A person's password and the browsers they are signed in with.
struct AccountPage: Page {
    /// A browser that is signed in.
    struct Session: Sendable, Equatable {
        let isThisOne: Bool
        let browser: String
        let address: String
        let signedIn: TimeText
        let lastSeen: TimeText
        /// Where to sign this one out; nil for the browser that asks, which has the button at the head of the page.
        let signOutURL: PageLink?

        init(
            isThisOne: Bool,
            userAgent: String,
            address: String,
            signedIn: Date,
            lastSeen: Date,
            signOutURL: PageLink?,
            now: Date
        ) {
            self.isThisOne = isThisOne
            browser = BrowserName.words(for: userAgent)
            self.address = address
            self.signedIn = TimeText(signedIn, now: now)
            self.lastSeen = TimeText(lastSeen, now: now)
            self.signOutURL = isThisOne ? nil : signOutURL
        }
    }

    /// A provider that one signs in with, or can.
    struct Way: Sendable, Equatable {
        let title: String
        /// Who one is there; nil where one isn't known yet.
        let label: String?
        let since: TimeText?
        /// Whether it doesn't vouch for one any more.
        let hasLapsed: Bool
        let addURL: PageLink?
        /// nil for the only way in.
        let removeURL: PageLink?
        /// The page about what servers get by it; nil where they get nothing.
        var tokenURL: PageLink?
    }

    /// Whether a code is asked for after the password.
    struct SecondFactor: Sendable, Equatable {
        let isOn: Bool
        let codesText: String
        let url = PageLink(HubPath.secondFactor)

        /// From the number of recovery codes that are left; nil: it is off.
        init(codesLeft: Int?) {
            isOn = codesLeft != nil
            codesText = codesLeft.map { "\(HumanText.count($0, "recovery code")) left." } ?? ""
        }
    }

    static let template = "account"

    let title = "Account"
    let section: PageSection? = .account
    let userName: String
    /// Where the people who run the hub can reach this person, if they said it.
    let email: String?
    /// The groups this person is in, by name.
    let groups: [String]
    let isInGroups: Bool
    /// Where to send a new password; nil when the account's password is kept elsewhere.
    let passwordURL: PageLink?
    let problem: String?
    let minimumLength: Int
    /// This browser first, then the most recently seen.
    let sessions: [Session]
    /// Where to sign all other browsers out; nil when there are none.
    let signOutOthersURL: PageLink?
    let ways: [Way]
    let hasWays: Bool
    /// nil when the account's password is kept elsewhere.
    let secondFactor: SecondFactor?
    /// The newest sign-ins and tries, the newest first.
    let recent: [SignInLine]
    /// The others.
    let earlier: [SignInLine]
    let hasHistory: Bool
    let hasEarlier: Bool
    let notMeURL = PageLink(HubPath.notMe)
    let activityURL = PageLink(HubPath.activity)

    private static let recentCount = 5

    init(
        userName: String,
        email: String? = nil,
        groups: [String] = [],
        passwordURL: PageLink?,
        minimumLength: Int,
        problem: String? = nil,
        sessions: [Session],
        signOutOthersURL: PageLink,
        ways: [Way] = [],
        secondFactor: SecondFactor? = nil,
        history: [SignInLine] = [],
    ) {
        recent = Array(history.prefix(Self.recentCount))
        earlier = Array(history.dropFirst(Self.recentCount))
        hasHistory = !history.isEmpty
        hasEarlier = history.count > Self.recentCount
        self.secondFactor = secondFactor
        self.ways = ways
        hasWays = !ways.isEmpty
        self.userName = userName
        self.email = email
        self.groups = groups
        isInGroups = !groups.isEmpty
        self.passwordURL = passwordURL
        self.minimumLength = minimumLength
        self.problem = problem
        self.sessions =
            sessions.filter(\.isThisOne)
            + sessions.filter { !$0.isThisOne }.sorted { $0.lastSeen.iso > $1.lastSeen.iso }
        self.signOutOthersURL = sessions.contains { !$0.isThisOne } ? signOutOthersURL : nil
    }
}

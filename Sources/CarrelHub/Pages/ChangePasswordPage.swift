/// Asks for a new password before anything else, because the present one was made by somebody else.
struct ChangePasswordPage: Page {
    static let template = "password"

    let title = "Choose your password"
    let userName: String
    let actionURL: PageLink
    /// Where to go afterwards, as the hub has already checked it; empty for the default.
    let next: String
    let problem: String?
    /// Fewest characters that a password may have.
    let minimumLength: Int
    let focusesPassword: Bool

    init(userName: String, actionURL: PageLink, next: String = "", minimumLength: Int, problem: String? = nil) {
        self.userName = userName
        self.actionURL = actionURL
        self.next = next
        self.minimumLength = minimumLength
        self.problem = problem
        focusesPassword = problem == nil
    }
}

/// Takes the secret of a link for a new password, which a script sends by itself.
struct ResetPage: Page {
    static let template = "reset"
    static let scripts = ["join.js"]

    let title = "A new password"
    let actionURL = PageLink(HubPath.reset)
    let problem: String?

    init(problem: String? = nil) {
        self.problem = problem
    }
}

/// Lets the holder of a good link choose a password.
struct ResetPasswordPage: Page {
    static let template = "reset-password"

    let title = "Choose your password"
    let userName: String
    let hasSecondFactor: Bool
    let actionURL = PageLink(HubPath.reset + "/password")
    let problem: String?
    /// Fewest characters that a password may have.
    let minimumLength: Int
    let focusesPassword: Bool

    init(userName: String, hasSecondFactor: Bool, minimumLength: Int, problem: String? = nil) {
        self.userName = userName
        self.hasSecondFactor = hasSecondFactor
        self.minimumLength = minimumLength
        self.problem = problem
        focusesPassword = problem == nil
    }
}

/// Where somebody makes an account of the hub, or asks for one.
struct SignUpPage: Page {
    static let template = "sign-up"

    let title: String
    let needsApproval: Bool
    let actionURL = PageLink(HubPath.signUp)
    let signInURL: PageLink
    /// Where to go afterwards, as the hub has already checked it; empty for the default.
    let next: String
    let typedName: String
    let typedEmail: String
    /// Fewest characters that a password may have.
    let minimumLength: Int
    let buttonText: String
    let focusesName: Bool
    let problem: String?

    init(
        needsApproval: Bool,
        minimumLength: Int,
        next: String = "",
        typedName: String = "",
        typedEmail: String = "",
        problem: String? = nil,
    ) {
        title = needsApproval ? "Ask for an account" : "Make an account"
        buttonText = title
        self.needsApproval = needsApproval
        self.minimumLength = minimumLength
        self.next = next
        self.typedName = typedName
        self.typedEmail = typedEmail
        self.problem = problem
        focusesName = problem == nil
        signInURL = PageLink(HubPath.signIn + (next.isEmpty ? "" : "?next=\(next.queryValue)"))
    }
}

/// Says to somebody who asked for an account what comes next.
struct SignedUpPage: Page {
    static let template = "signed-up"

    let title = "You are on the list"
    let signInURL = PageLink(HubPath.signIn)
}

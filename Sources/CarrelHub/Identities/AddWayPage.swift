import CarrelModel

/// Asks for name and password at a directory, to add it to the account of somebody who is signed in.
struct AddWayPage: Page {
    static let template = "add-way"

    let title: String
    let section: PageSection? = .account
    let authenticator: String
    let actionURL: PageLink
    let accountURL = PageLink(HubPath.account)
    /// What was typed before, so that it need not be typed again.
    let typedName: String
    let problem: String?

    init(_ settings: AuthenticatorSettings, typedName: String = "", problem: String? = nil) {
        title = "Add \(settings.title)"
        authenticator = settings.title
        actionURL = PageLink("\(HubPath.account)/ways/\(settings.name)/prove")
        self.typedName = typedName
        self.problem = problem
    }
}

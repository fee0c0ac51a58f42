import CarrelModel

/// Asks whether somebody wants to be signed in by a link that isn't on a page of openBIS.
struct TokenLinkPage: Page {
    static let template = "token-link"

    let title: String
    let authenticator: String
    /// Whom the link signs in.
    let person: String
    /// Who is signed in now; nil for nobody.
    let present: String?
    let actionURL: PageLink
    let homeURL = PageLink(HubPath.prefix)

    init(_ settings: AuthenticatorSettings, person: String, present: String?) {
        title = "Sign in as \(person)?"
        authenticator = settings.title
        self.person = person
        self.present = present
        actionURL = PageLink(OpenBISLinkPages.path(at: settings.name))
    }
}

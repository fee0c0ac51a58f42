import CarrelAuth

/// Leads on to a provider: by itself, or by a form that ends the session there.
struct OnwardPage: Page {
    static let template = "onward"

    let title: String
    let provider: String
    /// What happens at ``url``.
    let text: String
    /// Where the browser goes by itself.
    let url: PageLink?
    /// Where the form is sent.
    let formURL: PageLink?
    let fields: [OnwardForm.Field]
    let signInURL = PageLink(HubPath.signIn)

    /// On to where one signs in.
    init(to provider: String, url: String) {
        title = "On to \(provider)"
        text = "You are taken there to show who you are."
        self.provider = provider
        self.url = PageLink(url)
        formURL = nil
        fields = []
    }

    /// Signed out here, and on to where one signs out there.
    init(signedOutOf provider: String, at url: String) {
        title = "You are signed out"
        text = "You are signed out of this hub, and taken to \(provider) to sign out there too."
        self.provider = provider
        self.url = PageLink(url)
        formURL = nil
        fields = []
    }

    /// Signed out here, and how to sign out there.
    init(signedOutOf provider: String, _ form: OnwardForm) {
        title = "You are signed out"
        text = ""
        self.provider = provider
        url = nil
        formURL = PageLink(form.action)
        fields = form.fields
    }
}

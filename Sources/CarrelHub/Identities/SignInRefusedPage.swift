import CarrelAuth
import CarrelModel
import Foundation

/// Why somebody who came back from a provider, or couldn't get there, isn't signed in, and what they can do.
struct SignInRefusedPage: Page {
    static let template = "sign-in-refused"

    let title: String
    let what: String
    let todo: String
    /// Where the missing membership is asked for.
    let enrolmentURL: PageLink?
    /// Begins again.
    let retryURL: PageLink?
    let signInURL: PageLink

    init(_ error: AuthenticatorError, retry: String?, next: String?) {
        let query = next.map { "?next=\($0.queryValue)" } ?? ""
        title = "You aren’t signed in"
        what = error.message
        todo = error.remedy
        enrolmentURL = nil
        retryURL = retry.map { PageLink(HubPath.signIn(with: $0) + query) }
        signInURL = PageLink(HubPath.signIn + query)
    }

    init(_ outcome: IdentityDesk.Outcome, at settings: AuthenticatorSettings, _ person: AuthenticatedPerson) {
        var enrolment: PageLink?
        switch outcome {
        case .outsider:
            title = "This hub is for members"
            let missing = settings.organisations.formatted(.list(type: .or).locale(Locale(identifier: "en")))
            what =
                "\(settings.title) knows you as \(person.label), but not as a member of \(missing), for which this hub is."
            todo =
                settings.enrolment == nil
                ? "Ask the people who run it how to become one."
                : "Ask for the membership, then sign in again."
            enrolment = settings.enrolment.map { PageLink($0.text) }
        case .taken(let name):
            title = "That name is somebody’s already"
            what = "Your account here would be called \(name), and there is one of that name or its look."
            todo = """
                If it is yours, sign in to it as usual and add \(settings.title) on its account page. If it isn’t, ask the \
                people who run this hub for help.
                """
        case .homeLeft(let name):
            title = "Files of somebody else are here"
            what = "Your account would be called \(name), and files of an earlier user of that name are still here."
            todo = "Ask the people who run this hub: they put the files aside, or give them to you if they’re yours."
        case .nameless(let faults):
            title = "There is no name for you"
            what =
                faults.first.map { "What \(settings.title) calls you can’t be a name here. \($0.message)" }
                ?? "\(settings.title) doesn’t say what you are called."
            todo = "Change it there if you can, or ask the people who run this hub."
        case .disabled:
            title = "This account is switched off"
            what = "You are known here, but your account may not be used."
            todo = "Ask the people who run this hub to switch it on again."
        case .unreadable(let message):
            title = "You aren’t signed in"
            what = "What \(settings.title) says of your memberships can’t be used. \(message)"
            todo = "Tell the people who run this hub."
        case .otherIssuer:
            title = "It can’t be told who you are"
            what = """
                \(settings.title) was set up anew here, and whether it calls the same people by the same names as before isn’t \
                known to this hub.
                """
            todo = "Tell the people who run this hub: `formerIssuers` of \(settings.name) in carrel.yaml says so."
        case .notKnown:
            title = "There is no account for you"
            what = "\(settings.title) knows you as \(person.label), and nobody gets a new account here that way."
            todo = """
                If you have an account, sign in to it as usual and add \(settings.title) on its account page. If you haven’t, ask \
                the people who run this hub.
                """
        case .tokenTooWeak:
            title = "A token isn’t enough for your account"
            what = """
                Programs in your servers have such tokens, too, and your account can change this hub or has a second factor.
                """
            todo = "Sign in with your password first. Then links from \(settings.title) work as usual."
        case .welcome:
            title = "You are signed in"
            (what, todo) = ("", "")
        }
        enrolmentURL = enrolment
        retryURL = nil
        signInURL = PageLink(HubPath.signIn)
    }
}

extension AuthenticatorSettings {
    /// The virtual organisations or groups of which people must be members, each once, in the operator's order.
    fileprivate var organisations: [String] {
        guard allowedGroups.isEmpty else { return allowedGroups }
        guard let namespace = try? EntitlementNamespace(namespace) else { return [] }
        let all = members.compactMap { try? EntitlementPattern($0, under: namespace).organisation }
        return all.indices.filter { !all[..<$0].contains(all[$0]) }.map { all[$0] }
    }
}

extension HubPath {
    /// Where signing in with a provider begins.
    static func signIn(with authenticator: String) -> String { "\(prefix)oauth_login/\(authenticator)" }
}

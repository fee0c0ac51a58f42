import CarrelModel
import CarrelStore
import Foundation

/// Where an invitation is shown; says nothing of what it is for before it is known to be good.
struct JoinPage: Page {
    static let template = "join"
    static let scripts = ["join.js"]

    let title = "Invitation"
    let actionURL: PageLink
    let problemTitle: String?
    let problemText: String?

    init(_ name: InstanceName, problem: InvitationError? = nil) {
        actionURL = PageLink(HubPath.join(name))
        problemTitle = problem?.message
        problemText = problem?.remedy
    }
}

/// What somebody is invited to, and the ways to come in: with an account, or with one that is only for it.
struct AcceptPage: Page {
    static let template = "accept"

    let title: String
    let instanceTitle: String
    let description: String?
    let isManager: Bool
    let endsText: String?
    /// Who is signed in; nil for somebody who isn't.
    let userName: String?
    let acceptURL: PageLink
    let signInURL: PageLink
    let accountURL: PageLink
    let typedName: String
    let minimumLength: Int
    let problem: String?

    init(
        _ instance: InstanceRecord,
        role: InstanceMemberRecord.Role,
        userName: String?,
        minimumLength: Int,
        typedName: String = "",
        problem: String? = nil,
    ) {
        let url = HubPath.join(instance.name)
        title = "Join \(instance.settings.title)"
        instanceTitle = instance.settings.title
        description = instance.settings.description.isEmpty ? nil : instance.settings.description
        isManager = role == .manager
        endsText = instance.endsAt.map { "It ends on \(HumanText.day($0)), \(HumanText.time($0))." }
        self.userName = userName
        acceptURL = PageLink("\(url)/accept")
        signInURL = PageLink("\(HubPath.signIn)?next=\(url)/accept")
        accountURL = PageLink("\(url)/account")
        self.typedName = typedName
        self.minimumLength = minimumLength
        self.problem = problem
    }
}

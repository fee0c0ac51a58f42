import CarrelModel
import CarrelStore
import Foundation

/// For admins: one user, and a link by which they choose a new password.
struct UserPage: Page {
    /// What an admin sees of a user's account.
    struct Facts: Sendable, Equatable {
        let user: UserRecord
        let groups: [String]
        /// How many recovery codes are left; nil while the second factor is off.
        let codesLeft: Int?
        /// The link that was made before and is good still.
        let link: PasswordLinkRecord?
    }

    static let template = "user"
    static let scripts = ["copy.js"]

    let title: String
    let section: PageSection? = .admin
    let tabs = PageTab.admin(current: HubPath.admin)
    let name: String
    let isAdmin: Bool
    let isDisabled: Bool
    let added: TimeText
    let active: TimeText?
    let email: String?
    let groupsText: String
    let passwordText: String
    let secondFactorText: String
    let keepsSecondFactor: Bool
    let listURL: PageLink
    /// Where to make a link; nil for who can't have one.
    let linkURL: PageLink?
    /// Why they can't have one.
    let noLinkText: String?
    /// A link that was just made, shown once.
    let link: String?
    /// What there is to say of one that was made before.
    let linkText: String?

    init(_ facts: Facts, link: String? = nil, now: Date) {
        let user = facts.user
        title = user.name.text
        name = user.name.text
        isAdmin = user.isAdmin
        isDisabled = user.isDisabled
        added = TimeText(user.createdAt, now: now)
        active = user.lastActivityAt.map { TimeText($0, now: now) }
        email = user.email
        groupsText = facts.groups.isEmpty ? "In no group" : "In " + facts.groups.joined(separator: ", ")
        passwordText =
            user.passwordHash == nil
            ? "No password here" : user.mustChangePassword ? "Has a password to replace" : "Has a password"
        secondFactorText =
            facts.codesLeft.map { "Second factor on, \(HumanText.count($0, "recovery code")) left" }
            ?? "No second factor here"
        keepsSecondFactor = facts.codesLeft != nil
        listURL = AdminView().with { $0.search = user.name.text }.url
        linkURL = user.isDisabled || user.isVisitor ? nil : PageLink(HubPath.user(user.name) + "/password-link")
        noLinkText =
            user.isVisitor
            ? "A visitor has no password." : user.isDisabled ? "The account is switched off, so no link works." : nil
        self.link = link
        linkText =
            link == nil
            ? facts.link.map { open in
                let end = HumanText.relative(open.expiresAt, now: now)
                return "There is one that \(open.createdBy) made; it ends \(end). A new one takes its place."
            } : nil
    }
}

import CarrelModel
import CarrelStore
import Foundation

/// For managers of an instance: who belongs to it, invitations, and lists of names.
struct PeoplePage: Page {
    /// Somebody in the list.
    struct Member: Sendable, Equatable {
        let name: String
        let isManager: Bool
        /// Whether the account goes with the instance.
        let isOnlyHere: Bool
        let isOff: Bool
        let removeURL: PageLink
        let roleURL: PageLink
        let otherRole: String
        let roleLabel: String
    }

    /// An invitation in the list.
    struct Invitation: Sendable, Equatable {
        let title: String
        let roleText: String?
        let usesText: String
        let endText: String
        let isGood: Bool
        let revokeURL: PageLink?
    }

    /// A fresh invitation, which is shown once.
    struct Fresh: Sendable, Equatable {
        let link: String
        let note: String?
    }

    /// A group that belongs to the instance.
    struct Group: Sendable, Equatable {
        let name: String
        let countText: String
        /// Its page, for those who are in it.
        let url: PageLink?
    }

    /// What was typed.
    struct Typed: Sendable, Equatable {
        var search = ""
        var list = ""
        var note = ""
        var days = "14"
        var uses = ""
        var group = ""
    }

    static let template = "people"
    static let scripts = ["roster.js"]

    let title: String
    let section: PageSection? = .admin
    let tabs: PageTabs
    let instanceTitle: String
    let countText: String
    let placesText: String?
    let members: [Member]
    let isEmpty: Bool
    let moreText: String?
    let hasSearch: Bool
    let searchURL: PageLink
    let fileManagersText: String?
    let invitations: [Invitation]
    let hasInvitations: Bool
    let takesInvitations: Bool
    let inviteURL: PageLink
    let rosterURL: PageLink
    let fresh: Fresh?
    let typed: Typed
    let inviteProblem: String?
    let rosterProblem: String?
    let groups: [Group]
    let hasGroups: Bool
    let groupURL: PageLink
    let groupProblem: String?
    /// What becomes of them.
    let groupText: String

    /// How many people are shown at once.
    private static let mostShown = 200

    init(
        _ instance: InstanceRecord,
        members: [InstanceMember],
        invitations: [InvitationRecord],
        fresh: Fresh? = nil,
        typed: Typed = Typed(),
        inviteProblem: String? = nil,
        rosterProblem: String? = nil,
        groups: [GroupWithMembers] = [],
        groupProblem: String? = nil,
        reader: UserName? = nil,
        now: Date,
    ) {
        let url = HubPath.people(instance.name)
        let settings = instance.settings
        title = "People of \(settings.title)"
        instanceTitle = settings.title
        tabs = .instance(instance, current: url)
        let ordinary = members.count { $0.place.role == .member }
        countText = HumanText.count(members.count, "person").replacing("persons", with: "people")
        placesText = settings.places.map { "\(ordinary) of \($0) places are taken." }
        let found = members.filter { typed.search.isEmpty || $0.user.name.text.contains(typed.search.lowercased()) }
        self.members = found.prefix(Self.mostShown).map { Self.row($0, url) }
        isEmpty = members.isEmpty
        moreText =
            found.count > Self.mostShown
            ? "\(found.count - Self.mostShown) more aren’t shown. Search for a part of a name." : nil
        hasSearch = members.count > 20
        searchURL = PageLink(url)
        let named = settings.managers.joined(separator: ", ")
        fileManagersText = named.isEmpty ? nil : "Named as managers in its settings: \(named)."
        self.invitations = invitations.map { Self.row($0, url, now) }
        hasInvitations = !invitations.isEmpty
        takesInvitations = settings.entry.contains(.invitation)
        inviteURL = PageLink("\(url)/invitations")
        rosterURL = PageLink("\(url)/roster")
        self.fresh = fresh
        self.typed = typed
        self.inviteProblem = inviteProblem
        self.rosterProblem = rosterProblem
        self.groups = groups.map { found in
            Group(
                name: found.group.name.text,
                countText: HumanText.count(found.members.count, "member"),
                url: reader.flatMap { found.role(of: $0) } == nil
                    ? nil : PageLink(HubPath.myGroup(found.group.name)),
            )
        }
        hasGroups = !groups.isEmpty
        groupURL = PageLink("\(url)/groups")
        self.groupProblem = groupProblem
        groupText =
            "A group is for people of \(settings.title) only, and its project folder shows in their servers here. "
            + (settings.kind == .temporary
                ? "At the end both are deleted with everything else." : "Both are deleted with \(settings.title).")
    }

    private static func row(_ member: InstanceMember, _ url: String) -> Member {
        let isManager = member.place.role == .manager
        let own = "\(url)/\(member.user.name.pathSegment)"
        return Member(
            name: member.user.name.text,
            isManager: isManager,
            isOnlyHere: member.user.onlyInstanceId != nil,
            isOff: member.user.isDisabled,
            removeURL: PageLink("\(own)/remove"),
            roleURL: PageLink("\(own)/role"),
            otherRole: isManager ? "member" : "manager",
            roleLabel: isManager ? "Make a member" : "Make a manager",
        )
    }

    private static func row(_ invitation: InvitationRecord, _ url: String, _ now: Date) -> Invitation {
        let refusal = invitation.refusal(at: now)
        let most = invitation.maximumUses.map { " of \($0)" } ?? ""
        let end = invitation.expiresAt.map { "until \(HumanText.day($0)), \(HumanText.time($0))" }
        return Invitation(
            title: invitation.note.isEmpty ? "Invitation \(invitation.id ?? 0)" : invitation.note,
            roleText: invitation.role == .manager ? "makes managers" : nil,
            usesText: "used \(invitation.uses)\(most) \(invitation.uses == 1 && most.isEmpty ? "time" : "times")",
            endText: Self.words(refusal) ?? end ?? "until it is revoked",
            isGood: refusal == nil,
            revokeURL: refusal == nil ? invitation.id.map { PageLink("\(url)/invitations/\($0)/revoke") } : nil,
        )
    }

    private static func words(_ refusal: InvitationError?) -> String? {
        switch refusal {
        case .revoked: "revoked"
        case .expired: "expired"
        case .used: "used up"
        default: nil
        }
    }
}

/// For managers: what would come of a list of names.
struct RosterPage: Page {
    /// A line that isn't taken.
    struct Line: Sendable, Equatable {
        let number: Int
        let text: String
        let why: String
    }

    static let template = "roster"

    let title: String
    let peopleURL: PageLink
    let confirmURL: PageLink
    let list: String
    let remarks: [String]
    let madeText: String?
    let made: String
    let joiningText: String?
    let joining: String
    let alreadyText: String?
    let repeatedText: String?
    let refusedText: String?
    let refused: [Line]
    let placesProblem: String?
    let isPossible: Bool

    init(_ instance: InstanceRecord, _ roster: Roster, _ plan: RosterPlan, list: String) {
        let url = HubPath.people(instance.name)
        title = "A list for \(instance.settings.title)"
        peopleURL = PageLink(url)
        confirmURL = PageLink("\(url)/roster/confirm")
        self.list = list
        remarks = roster.remarks
        func text(_ count: Int, _ one: String, _ many: String) -> String? {
            count == 0 ? nil : count == 1 ? "1 \(one)" : "\(count) \(many)"
        }
        madeText = text(plan.made.count, "account is made, only for this", "accounts are made, only for this")
        made = plan.made.map(\.text).joined(separator: ", ")
        joiningText = text(plan.joining.count, "account of this hub joins", "accounts of this hub join")
        joining = plan.joining.map(\.text).joined(separator: ", ")
        alreadyText = text(plan.alreadyIn, "person belongs to it already", "people belong to it already")
        repeatedText = text(plan.repeated, "line repeats an earlier one", "lines repeat earlier ones")
        let refused = plan.refused
        refusedText = text(refused.count, "line can’t be taken", "lines can’t be taken")
        self.refused = refused.map { Line(number: $0.line.number, text: String($0.line.text.prefix(80)), why: $0.why) }
        placesProblem =
            plan.missingPlaces == 0
            ? nil : "\(HumanText.count(plan.missingPlaces, "place")) too few. Shorten the list, or offer more places."
        isPossible = plan.isPossible
    }
}

/// For managers: the new accounts with their first passwords, shown once.
struct RosterDonePage: Page {
    /// A new account.
    struct Account: Sendable, Equatable {
        let name: String
        let password: String
    }

    static let template = "roster-done"
    static let scripts = ["roster.js"]

    let title = "They are in"
    let peopleURL: PageLink
    let joinedText: String?
    let accounts: [Account]
    let hasAccounts: Bool
    let table: String
    let fileName: String

    init(_ instance: InstanceRecord, made: [PeopleDesk.Credential], joined: Int) {
        peopleURL = PageLink(HubPath.people(instance.name))
        joinedText =
            joined == 0
            ? nil : joined == 1 ? "1 account of this hub joined." : "\(joined) accounts of this hub joined."
        accounts = made.map { Account(name: $0.name.text, password: $0.password) }
        hasAccounts = !made.isEmpty
        // No name has a comma, a quotation mark or anything that a table program would compute.
        table = (["name,password"] + made.map { "\(Self.cell($0.name.text)),\($0.password)" }).joined(separator: "\n")
        fileName = "\(instance.name)-passwords.csv"
    }

    /// A cell that no table program takes for a formula.
    private static func cell(_ text: String) -> String {
        let guarded = ["=", "+", "-", "@"].contains { text.hasPrefix($0) } ? "'" + text : text
        return guarded.contains { $0 == "," || $0 == "\"" || $0 == ";" }
            ? "\"\(guarded.replacing("\"", with: "\"\""))\"" : guarded
    }
}

extension HubPath {
    static func people(_ name: InstanceName) -> String { "\(instance(name))/people" }
    static func end(_ name: InstanceName) -> String { "\(instance(name))/end" }
}

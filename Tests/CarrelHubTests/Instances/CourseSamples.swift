import CarrelModel
import Foundation

@testable import CarrelHub
@testable import CarrelStore

/// The pages about courses with every field filled.
enum CourseSamples {
    private static var course: InstanceRecord {
        var settings = InstanceSettings(name: "fluxes")
        settings.title = "Carbon fluxes"
        settings.description = "A course about what forests breathe."
        settings.kind = .temporary
        settings.entry = [.invitation]
        settings.managers = ["maria"]
        settings.places = 40
        settings.ends = EndTime(PagesSamples.now + 86_400 * 20)
        guard let record = try? InstanceRecord(settings, origin: .page, createdAt: PagesSamples.now) else {
            preconditionFailure("the course has no name")
        }
        return record
    }

    private static var over: InstanceRecord {
        var course = course
        (course.id, course.state) = (2, .ended)
        course.endsAt = PagesSamples.before(86_400)
        course.endedAt = PagesSamples.before(86_400)
        return course
    }

    private static var members: [InstanceMember] {
        (0..<250).compactMap { number in
            guard let name = try? UserName(normalizing: "pupil\(number)") else { return nil }
            var user = UserRecord(
                name: name,
                passwordHash: nil,
                mustChangePassword: false,
                isAdmin: false,
                createdAt: PagesSamples.now,
            )
            (user.onlyInstanceId, user.isDisabled) = (number == 1 ? 2 : nil, number == 1)
            return InstanceMember(
                place: InstanceMemberRecord(
                    instanceId: 2,
                    userId: Int64(number),
                    role: number == 0 ? .manager : .member,
                    joinedAt: PagesSamples.now,
                ),
                user: user,
            )
        }
    }

    private static func invitation(_ note: String, uses: Int, of most: Int?) -> InvitationRecord {
        var invitation = InvitationRecord(
            instanceId: 2,
            secretHash: note,
            note: note,
            role: note.isEmpty ? .manager : .member,
            maximumUses: most,
            createdAt: PagesSamples.now,
            createdBy: "maria",
            expiresAt: PagesSamples.now + 86_400,
        )
        (invitation.id, invitation.uses) = (7, uses)
        return invitation
    }

    private static var rosterPage: RosterPage? {
        guard let roster = try? Roster("user\nada\nbob\ncyd\nada\nno/good\ndan") else { return nil }
        var known = RosterStore.Known()
        known.freePlaces = 1
        return RosterPage(course, roster, RosterPlan(roster, known: known), list: "ada")
    }

    private static var deletions: DeletionsPage? {
        let report = DeletionReport(
            instance: "fluxes",
            title: "Carbon fluxes",
            kind: .temporary,
            cause: .end,
            by: nil,
            createdAt: PagesSamples.now,
            endsAt: nil,
            endedAt: nil,
            startedAt: PagesSamples.now,
        )
        guard var record = try? DeletionRecord(report) else { return nil }
        (record.id, record.signature, record.finishedAt) = (3, "x", PagesSamples.now)
        return try? DeletionsPage([record], publicKey: "a2V5")
    }

    /// Every page in every state, with the file name it is looked at under.
    static var all: [(name: String, page: any Page, frame: PageFrame)] {
        let user = try? UserName(normalizing: "ada")
        let made = user.map { [PeopleDesk.Credential(name: $0, password: "k7xqp-4mdhz-9acte")] } ?? []
        let pages: [(String, (any Page)?)] = [
            (
                "people",
                PeoplePage(
                    course,
                    members: members,
                    invitations: [invitation("Class of Tuesday", uses: 1, of: 20), invitation("", uses: 2, of: 2)],
                    fresh: PeoplePage.Fresh(link: "http://hub.example.org/hub/join/fluxes#secret", note: "Class"),
                    inviteProblem: "For how many people is a number.",
                    groups: (try? GroupName("team-1")).map { name in
                        [
                            GroupWithMembers(
                                group: GroupRecord(name: name, createdAt: PagesSamples.now),
                                members: user.map { [$0] } ?? [],
                            )
                        ]
                    } ?? [],
                    reader: user,
                    now: PagesSamples.now,
                )
            ),
            (
                "people-none",
                PeoplePage(course, members: [], invitations: [], rosterProblem: "No.", now: PagesSamples.now)
            ),
            (
                "people-group",
                PeoplePage(
                    course,
                    members: [],
                    invitations: [],
                    groupProblem: "There is already a group team-1.",
                    now: PagesSamples.now,
                )
            ),
            ("roster", rosterPage),
            ("roster-done", RosterDonePage(course, made: made, joined: 2)),
            ("end", EndPage(course, confirmProblem: "Type its name.", now: PagesSamples.now)),
            ("end-over", EndPage(over, problem: "That time has passed.", now: PagesSamples.now)),
            ("join", JoinPage(course.name, problem: .expired)),
            ("accept", AcceptPage(course, role: .manager, userName: "ada", minimumLength: 10)),
            (
                "accept-new",
                AcceptPage(course, role: .member, userName: nil, minimumLength: 10, typedName: "a", problem: "No.")
            ),
            ("deletions", deletions),
        ]
        return pages.compactMap { name, page in page.map { (name, $0, PagesSamples.frame(isAdmin: true)) } }
    }
}

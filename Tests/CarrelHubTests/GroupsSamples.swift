import CarrelModel
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages about groups with every field filled.
enum GroupsSamples {
    private static func group(_ name: String, home: Int64?, project: Int64?, members: Int) -> GroupWithMembers {
        guard let name = try? GroupName(name) else { preconditionFailure("\(name) is no name") }
        var group = GroupRecord(name: name, createdAt: PagesSamples.before(90_000))
        (group.id, group.homeQuota, group.projectQuota) = (1, home, project)
        let names = (0..<members).compactMap { number in
            try? UserName(normalizing: number == 0 ? "ada" : String(repeating: "m", count: 20 * number))
        }
        return GroupWithMembers(group: group, members: names)
    }

    private static let full = group("climate", home: 50_000_000_000, project: GroupRecord.unlimited, members: 8)
    private static let long = group(
        String(repeating: "x", count: 64),
        home: nil,
        project: 1_000_000_000_000,
        members: 0
    )

    private static var ada: UserName {
        guard let name = try? UserName(normalizing: "ada") else { preconditionFailure("ada is no name") }
        return name
    }

    /// Every page in every state, with the file name it is looked at under.
    static let all: [(name: String, page: any Page, frame: PageFrame)] = [
        (
            "groups",
            GroupsPage(
                [full, long],
                typed: GroupsPage.Typed(name: "a b", home: "5 GB", project: "none"),
                problem: "The name can't be that of a group.",
            ), PagesSamples.frame(isAdmin: true)
        ),
        ("groups-none", GroupsPage([]), PagesSamples.frame(isAdmin: true)),
        (
            "group",
            GroupPage(full, typedNames: "eve", problem: "There is no user eve.", now: PagesSamples.now),
            PagesSamples.frame(isAdmin: true)
        ),
        ("group-empty", GroupPage(long, now: PagesSamples.now), PagesSamples.frame(isAdmin: true)),
        ("my-groups", MyGroupsPage([(full, .manager), (long, .reader)]), PagesSamples.frame()),
        ("my-groups-none", MyGroupsPage([]), PagesSamples.frame()),
        ("my-group", MyGroupPage(full, for: ada, isManaged: false, isLive: true), PagesSamples.frame()),
        (
            "my-group-managed",
            MyGroupPage(
                full,
                for: ada,
                isManaged: true,
                isLive: false,
                typedNames: "eve",
                typedRole: .reader,
                problem: "There is no user eve.",
            ), PagesSamples.frame()
        ),
    ]
}

import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

/// The page that makes links, in the states that people see.
enum LinksSamples {
    private static let own = "https://hub.example.org"

    private static func page(
        _ fields: [String: String],
        checks: [RepositoryCheck] = [],
        mayCheck: Bool = false,
    ) -> GitLinkPage {
        GitLinkPage(
            GitLink(own: own) { fields[$0] },
            instances: [(name: "course", title: "Spring school"), (name: "explore", title: "Exploredata")],
            own: own,
            checks: checks,
            mayCheck: mayCheck,
        )
    }

    static let all: [(name: String, page: any Page, frame: PageFrame)] = [
        ("git-link", page([:]), PagesSamples.frame(user: nil)),
        (
            "git-link-made",
            page(["repo": "https://github.com/ada/rivers", "filepath": "lesson 1/start.ipynb", "server": "course"]),
            PagesSamples.frame(user: "ada")
        ),
        (
            "git-sites",
            GitSitesPage(
                ["https://github.com", "https://gitlab.example.org:8443"].compactMap { origin in
                    GitSite(source: GitSite.prefix + origin).map { site in
                        GitSiteDesk.Entry(
                            site: site,
                            userName: "ada",
                            createdAt: noon,
                            lastUsedAt: noon,
                            isLost: origin.hasSuffix("8443"),
                        )
                    }
                },
                typed: ("https://git.example.org/ada/closed", "ada"),
                problem: "The host doesn’t take this user name and token.",
                now: noon,
            ),
            PagesSamples.frame(user: "ada")
        ),
        (
            "file-access",
            FileAccessPage(
                [true, false].map { isWritable in
                    var password = FilePasswordRecord(
                        userId: 1,
                        secretHash: "",
                        note: isWritable ? "My laptop" : "The group’s server",
                        isWritable: isWritable,
                        createdAt: noon,
                        expiresAt: isWritable ? noon.addingTimeInterval(86_400) : nil,
                    )
                    password.lastUsedAt = noon
                    return password
                },
                made: FileAccessPage.Made(password: "0123456789abcdef0123456789abcdef", note: "My laptop"),
                userName: "ada",
                origin: "https://hub.example.org",
                problem: "Say what the password is for.",
                now: noon,
            ),
            PagesSamples.frame(user: "ada")
        ),
        (
            "git-link-checked",
            page(
                ["repo": "https://github.com/ada/rivers", "branch": "mian", "sparse": "week 1"],
                checks: [
                    RepositoryCheck(label: "Environment", .found(.branch), reference: "main"),
                    RepositoryCheck(
                        label: "Content",
                        .noReference(others: ["main", "autumn-2026"]),
                        reference: "mian",
                    ),
                ],
                mayCheck: true,
            ),
            PagesSamples.frame(user: "ada")
        ),
        (
            "git-link-wrong",
            page(["tab": "binder", "repo": "rivers", "branch": ""]),
            PagesSamples.frame(user: nil)
        ),
        (
            "launch", launch("git/https%3A%2F%2Fgit.example.org%2Frivers/main", asks: false),
            PagesSamples.frame(user: "ada")
        ),
        ("launch-asked", launch("gh/ada/rivers/HEAD", asks: true), PagesSamples.frame(user: "ada")),
        ("launch-link", launchLink([:]), PagesSamples.frame(user: nil)),
        (
            "launch-link-made",
            launchLink(["provider": "gh", "repo": "https://github.com/ada/rivers", "path": "a b.ipynb"]),
            PagesSamples.frame(user: nil)
        ),
    ]

    private static func launch(_ spec: String, asks: Bool) -> LaunchPage {
        LaunchPage(
            link: .sample(spec),
            streamURL: "/hub/build/git/x?_xsrf=abc",
            cancelURL: "/hub/launch/cancel",
            beginsByItself: !asks,
        )
    }

    private static func launchLink(_ fields: [String: String]) -> LaunchLinkPage {
        let query = fields.map { "\($0.key)=\($0.value.queryValue)" }.joined(separator: "&")
        return LaunchLinkPage(FormBody(query: query), providers: LinkProvider.allCases, origin: own)
    }
}

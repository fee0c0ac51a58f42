@testable import CarrelHub

/// The page that makes links, in the states that people see.
enum LinksSamples {
    private static let own = "https://hub.example.org"

    private static func page(_ fields: [String: String]) -> GitLinkPage {
        GitLinkPage(
            GitLink(own: own) { fields[$0] },
            instances: [(name: "course", title: "Spring school"), (name: "explore", title: "Exploredata")],
            own: own,
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
            "git-link-wrong",
            page(["tab": "binder", "repo": "rivers", "branch": ""]),
            PagesSamples.frame(user: nil)
        ),
    ]
}

import CarrelModel
import CarrelSpawn
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `A link to a repository` {
    private static let own = "https://hub.example.org"

    struct Row: Sendable, CustomTestStringConvertible {
        let fields: [String: String]
        let link: String?

        init(_ fields: [String: String], _ link: String?) { (self.fields, self.link) = (fields, link) }

        var testDescription: String { link ?? fields.description }
    }

    private func link(_ fields: [String: String]) -> GitLink { GitLink(own: Self.own) { fields[$0] } }

    // What nbgitpuller's own generator makes of the same fields (reference egi 5.2), where it can make it.
    private static let rows = [
        Row(
            ["repo": "https://github.com/ada/rivers"],
            "\(own)/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fada%2Frivers&urlpath=lab%2Ftree%2Frivers&branch=main"
        ),
        Row(
            ["repo": "https://github.com/ada/rivers.git/", "branch": "", "filepath": "/a b/ü.ipynb", "app": "classic"],
            "\(own)/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fada%2Frivers.git%2F"
                + "&urlpath=tree%2Frivers.git%2Fa+b%2F%C3%BC.ipynb"
        ),
        Row(
            ["repo": "git@example.org:ada/rivers", "app": "retrolab", "filepath": "x.ipynb", "server": "course"],
            "\(own)/hub/user-redirect/course/git-pull?repo=git%40example.org%3Aada%2Frivers"
                + "&urlpath=retro%2Ftree%2Frivers%2Fx.ipynb&branch=main"
        ),
        Row(
            ["hub": "https://other.example.org/base/", "repo": "https://x.org/r", "app": "rstudio", "branch": "dev"],
            "https://other.example.org/base/hub/user-redirect/git-pull?repo=https%3A%2F%2Fx.org%2Fr&urlpath=rstudio%2F&branch=dev"
        ),
        Row(
            ["repo": "https://x.org/r", "app": "shiny", "filepath": "app", "targetPath": "work"],
            "\(own)/hub/user-redirect/git-pull?repo=https%3A%2F%2Fx.org%2Fr&urlpath=shiny%2Fwork%2Fapp%2F&branch=main&targetPath=work"
        ),
        Row(
            ["repo": "https://x.org/r", "urlpath": "voila/render/a.ipynb?x=1&y=2"],
            "\(own)/hub/user-redirect/git-pull?repo=https%3A%2F%2Fx.org%2Fr"
                + "&urlpath=voila%2Frender%2Fa.ipynb%3Fx%3D1%26y%3D2&branch=main"
        ),
        Row(
            ["tab": "canvas", "repo": "https://x.org/r", "filepath": "a.ipynb"],
            "\(own)/hub/lti/launch?next=%2Fhub%2Fuser-redirect%2Fgit-pull%3Frepo%3Dhttps%253A%252F%252Fx.org%252Fr"
                + "%26urlpath%3Dlab%252Ftree%252Fr%252Fa.ipynb%26branch%3Dmain"
        ),
        Row(
            [
                "tab": "binder", "hub": "https://mybinder.org", "repo": "https://github.com/ada/environment",
                "branch": "main",
                "content-repo": "https://github.com/ada/rivers", "content-branch": "spring", "filepath": "a.ipynb",
            ],
            "https://mybinder.org/v2/gh/ada/environment/main?urlpath=git-pull%3Frepo%3Dhttps%253A%252F%252Fgithub.com%252Fada"
                + "%252Frivers%26urlpath%3Dlab%252Ftree%252Frivers%252Fa.ipynb%26branch%3Dspring"
        ),
        Row(
            [
                "tab": "binder", "repo": "https://gitlab.com/group/part/rivers.git", "branch": "a/b",
                "filepath": "a.ipynb",
            ],
            "\(own)/v2/gl/group%2Fpart%2Frivers/a/b?urlpath=lab%2Ftree%2Fa.ipynb"
        ),
        Row(
            ["tab": "binder", "repo": "https://git.example.org/ada/rivers", "branch": "v1"],
            "\(own)/v2/git/https%3A%2F%2Fgit.example.org%2Fada%2Frivers/v1?urlpath=lab%2Ftree%2F"
        ),
        Row(["repo": "rivers"], nil),
        Row(["repo": "https://x.org/a b"], nil),
        Row(["repo": "javascript:alert(1)"], nil),
        Row(["repo": "https://x.org/r", "hub": "hub.example.org"], nil),
        Row(["repo": "https://x.org/r", "hub": "javascript:alert(1)//"], nil),
        Row(["repo": "https://x.org/r", "hub": "https://user@hub.example.org"], nil),
        Row(["repo": "https://x.org/r", "branch": "--upload-pack=x"], nil),
        Row(["repo": "https://x.org/r", "server": "../x"], nil),
        Row(["tab": "binder", "repo": "https://x.org/r", "branch": ""], nil),
        Row(["tab": "binder", "repo": "https://x.org/r", "branch": "main", "content-repo": "rivers"], nil),
    ]

    @Test(arguments: rows)
    func `is what its form says`(row: Row) {
        let link = link(row.fields)
        #expect(link.link == row.link)
        #expect(link.problems.isEmpty == (row.link != nil))
    }

    @Test func `names each thing that is wrong, once`() {
        let problems = link(["tab": "binder", "hub": "x", "repo": "y", "branch": "", "content-repo": "z"]).problems
        #expect(problems.map(\.field) == ["hub", "repo", "branch", "content-repo"])
    }

    @Test(arguments: [
        ("https://x.org/a/b.git", "b.git"), ("https://x.org/a/b//", "b"), ("git@x.org:a/b", "b"), ("git@x.org:b", "b"),
        ("https://", "https"), ("", ""),
    ])
    func `puts things into a folder named like the repository`(repository: String, folder: String) {
        #expect(GitLink.folderName(of: repository) == folder)
    }

    @Test func `may fetch one folder only, which is then what opens`() {
        let one = link(["repo": "https://x.org/a", "branch": "", "sparse": "/week 1//data/"])
        #expect(
            one.link?.hasSuffix(
                "git-pull?repo=https%3A%2F%2Fx.org%2Fa&urlpath=lab%2Ftree%2Fa%2Fweek+1%2Fdata&sparse=week+1%2Fdata"
            ) == true
        )
        for folder in ["-x", "a/../b", "*", "a\"b"] {
            #expect(link(["repo": "https://x.org/a", "sparse": folder]).problems.map(\.field) == ["sparse"])
        }
    }

    @Test func `has a badge in three languages that leads nowhere else`() {
        let badge = LinkBadge(link: "https://h.org/?a=\"b\"&c=d", picture: "https://h.org/hub/badge.svg", words: "Open")
        #expect(badge.markdown == "[![Open](https://h.org/hub/badge.svg)](https://h.org/?a=\"b\"&c=d)")
        #expect(badge.html.contains("href=\"https://h.org/?a=&quot;b&quot;&amp;c=d\""))
        #expect(badge.restructuredText.contains("\n   :target: https://h.org/?a="))
    }
}

@Suite struct `The page that makes links` {
    @Test func `is there for everybody, and is filled in by its address`() async throws {
        try await withHub { hub in
            let page = try await hub.browser().get(
                "/hub/git-link?repo=https%3A%2F%2Fx.org%2Fr%2F%3Cb%3E&filepath=a+%2B+b.ipynb"
            )
            #expect(page.status == .ok)
            #expect(page.text.contains("value=\"https://x.org/r/&lt;b&gt;\""))
            #expect(!page.text.contains("<b>"))
            #expect(page.text.contains("value=\"a + b.ipynb\""))
            let empty = try await hub.browser().get("/hub/git-link")
            #expect(empty.text.contains("as soon as there is a repository"))
            let wrong = try await hub.browser().get("/hub/git-link?repo=rivers")
            #expect(wrong.text.contains("The address of a repository is such as"))
        }
    }
}

@Suite struct `Looking whether a repository is there` {
    @Test func `is for people who are signed in, and says what there is instead`() async throws {
        try await withHub { hub in
            let fields = [
                "repo": "https://x.org/rivers", "branch": "mian", "hub": "https://hub.org", "filepath": "a.ipynb",
            ]
            let stranger = hub.browser()
            _ = try await stranger.get("/hub/git-link")
            #expect(
                try await stranger.get("/hub/git-link?repo=https://x.org/r").text.contains(
                    "Sign in to have the hub look"
                )
            )
            #expect(!(try await stranger.post("/hub/git-link", fields)).text.contains("no branch"))

            let ada = try await hub.browser(of: "ada")
            #expect(try await ada.post("/hub/git-link", fields, xsrf: "").status == .forbidden)
            let missing = try await ada.post("/hub/git-link", fields)
            #expect(missing.text.contains("<span>The repository is there, but has no branch or tag “mian”"))
            #expect(missing.text.contains("<code>main</code>") && missing.text.contains("&lt;b&gt;bold"))
            #expect(missing.text.contains("value=\"a.ipynb\""), "the form is as it was")
            #expect(missing.text.contains("<form method=\"post\" action=\"/hub/git-link\""))
            let there = try await ada.post("/hub/git-link", fields.merging(["branch": "main"]) { $1 })
            #expect(there.text.contains("The repository is there, and has the branch “main”."))
            let local = try await ada.post("/hub/git-link", fields.merging(["repo": "git@x.org:a/b"]) { $1 })
            #expect(local.text.contains("Only addresses that begin with https://"))
            let secret = try await ada.post("/hub/git-link", fields.merging(["repo": "https://a:b@x.org/b"]) { $1 })
            #expect(secret.text.contains("without a name or password"))
        }
    }

    @Test func `goes on for a few at a time`() async throws {
        let slow = HeldRepositories()
        let checks = RepositoryChecks(inquiry: slow, account: nil)
        let address = try #require(WebAddress(text: "https://x.org/r"))
        let (ada, ben) = (try UserName(normalizing: "ada"), try UserName(normalizing: "ben"))
        try await withThrowingTaskGroup(of: RepositoryFinding?.self) { group in
            for _ in 0..<RepositoryChecks.mostEach {
                group.addTask { await checks.look(at: address, for: nil, askedBy: ada) }
            }
            await slow.wait(for: RepositoryChecks.mostEach)
            #expect(await checks.look(at: address, for: nil, askedBy: ada) == nil)
            group.addTask { await checks.look(at: address, for: nil, askedBy: ben) }
            await slow.wait(for: RepositoryChecks.mostEach + 1)
            await slow.goOn()
            for try await found in group { #expect(found == .empty) }
        }
        #expect(await checks.look(at: address, for: nil, askedBy: ada) == .empty)
    }
}

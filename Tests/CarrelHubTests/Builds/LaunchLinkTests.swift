import CarrelModel
import Foundation
import Testing

@testable import CarrelHub

extension LaunchLink {
    /// A link that is right.
    static func sample(_ text: String) -> LaunchLink {
        guard let link = try? LaunchLink("/v2/\(text)", after: "/v2/") else {
            Issue.record("\(text) is no launch link")
            return sample("git/x/main")
        }
        return link
    }
}

@Suite struct `A launch link` {
    @Test func `keeps what follows the provider as it came`() throws {
        let link = LaunchLink.sample("git/https%3A%2F%2Fgit.example.org%2Fa%20b/feature/x?urlpath=lab")
        #expect(link.provider == .git)
        #expect(link.spec == "https%3A%2F%2Fgit.example.org%2Fa%20b/feature/x")
        #expect(link.request == "v2/git/https%3A%2F%2Fgit.example.org%2Fa%20b/feature/x")
    }

    @Test(arguments: [
        ("", ""),
        ("?urlpath=lab/tree/index.ipynb", "lab/tree/index.ipynb"),
        ("?urlpath=/lab", "lab"),
        (
            "?urlpath=git-pull%3Frepo%3Dhttps%253A%252F%252Fx%26branch%3Dmain",
            "git-pull?repo=https%3A%2F%2Fx&branch=main"
        ),
        ("?labpath=a%20b.ipynb&urlpath=tree", "doc/tree/a%20b.ipynb"),
        ("?filepath=ordner/%C3%BC.ipynb", "tree/ordner/%C3%BC.ipynb"),
        ("?urlpath=../../hub/logout", ""),
        ("?urlpath=%2e%2e/hub", ""),
        ("?urlpath=%252e%252e/hub", ""),
        ("?urlpath=\\\\evil.example.org", "evil.example.org"),
        ("?urlpath=//evil.example.org/", "evil.example.org/"),
    ])
    func `leads to a place in the server and never out of it`(query: String, place: String) {
        #expect(LaunchLink.sample("gh/a/b/HEAD" + query).place == place)
    }

    @Test(arguments: [
        ("ftp/x/y", LaunchError.noProvider("ftp")), ("", .noProvider("")), ("gh", .noSpec), ("gh/", .noSpec),
        ("gh/" + String(repeating: "x", count: 2001), .noSpec),
    ])
    func `that is none is refused in words`(text: String, error: LaunchError) {
        #expect(throws: error) { try LaunchLink("/v2/\(text)", after: "/v2/") }
        #expect(!error.message.isEmpty && !error.remedy.isEmpty)
    }

    @Test(arguments: [
        (LinkProvider.gh, "ada/rivers", "", "ada/rivers/HEAD"),
        (.gh, "https://github.com/ada/rivers.git", "v1", "ada/rivers/v1"),
        (.gl, "https://gitlab.com/group/sub/project", "main", "group%2Fsub%2Fproject/main"),
        (.git, "https://git.example.org/a b.git", "feature/x", "https%3A%2F%2Fgit.example.org%2Fa%20b.git/feature/x"),
        (.gist, "ada/0123456789abcdef", "", "ada/0123456789abcdef/HEAD"),
        (.zenodo, "10.5281/zenodo.3242074", "", "10.5281/zenodo.3242074"),
        (.ckan, "https://ckan.example.org/dataset/x", "", "https%3A%2F%2Fckan.example.org%2Fdataset%2Fx"),
    ])
    func `is made of a repository and a ref`(
        provider: LinkProvider,
        repository: String,
        ref: String,
        spec: String,
    ) throws {
        #expect(LaunchLinkPage.spec(provider, repository, ref) == spec)
        let query = "provider=\(provider.rawValue)&repo=\(repository.queryValue)&ref=\(ref.queryValue)&path=a%20b.ipynb"
        let page = LaunchLinkPage(
            FormBody(query: query),
            providers: LinkProvider.allCases,
            origin: "https://hub.example.org",
        )
        let link = "https://hub.example.org/v2/\(provider.rawValue)/\(spec)?labpath=a%20b.ipynb"
        #expect(page.made.first?.text == link)
        #expect(page.made.dropFirst().allSatisfy { $0.text.contains(link) && $0.text.contains("badge_logo.svg") })
    }
}

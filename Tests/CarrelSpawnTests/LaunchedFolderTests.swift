import CarrelSpawn
import Testing

@Suite("The folder of a launched repository in a home")
struct LaunchedFolderTests {
    @Test(
        "is called after the repository and the commit, with nothing that a shell or a path minds",
        arguments: [
            ("https://github.com/org/analysis", "x", "0123456789abcdef", "analysis-0123456"),
            ("https://git.example.org/group/my.notebooks.git", "x", "abcdef0123", "my.notebooks-abcdef0"),
            ("http://198.51.100.2:8080/an%20eye%2F..git", "x", "abcdef0123", "an-eye-.-abcdef0"),
            ("https://git.example.org/..%2F..%2Fetc.git", "x", "abcdef0123", "etc-abcdef0"),
            ("https://git.example.org/übung", "x", "abcdef0123", "bung-abcdef0"),
            ("https://git.example.org/測試", "x", "abcdef0123", "repository-abcdef0"),
            ("10.5281/zenodo.3232985", "zenodo-3232985", "3232985", "zenodo-3232985-3232985"),
            (
                "https://h/\(String(repeating: "a", count: 99))", "x", "abcdef0123",
                "\(String(repeating: "a", count: 40))-abcdef0"
            ),
        ]
    )
    func name(of repository: String, slug: String, commit: String, is expected: String) {
        let link = ResolvedLink(
            provider: "git",
            repository: repository,
            ref: nil,
            commit: commit,
            web: "",
            slug: slug,
            recipe: ""
        )
        #expect(link.folderName == expected)
    }
}

import CarrelModel
import CarrelTestSupport
import Testing

@Suite struct SlugTests {
    /// Results of `safe_slug` of jupyterhub 6.1.1.
    @Test(arguments: [
        ("alice", "alice"), ("ünï@x.org", "uni-x-org-6a5a589a"), ("-x", "x-a4209624"), ("a b+c~d", "a-b-c-d-3c2bb6d2"),
        ("1st", "x-1st-e01ddf65"), ("a-b", "a-b-d44362d6"), ("иван", "x-74f46a58"), ("a--b", "a-b-90827a2e"),
        (String(repeating: "x", count: 30), String(repeating: "x", count: 30)),
        (String(repeating: "x", count: 31), String(repeating: "x", count: 21) + "-0f46e4b0"),
        (String(repeating: "a", count: 255), String(repeating: "a", count: 21) + "-b0f3323e"), ("@@@", "x-2ec847d8"),
        (String(repeating: "9", count: 40), "x-" + String(repeating: "9", count: 19) + "-576f072e"),
        ("é", "e-4a99557e"),
        ("ångström.long-name@department.example.org", "angstrom-long-name-de-99718f06"), ("名前", "x-7ec26292"),
    ])
    func `a slug is what JupyterHub makes`(name: String, slug: String) throws {
        #expect(try UserName(normalizing: name).slug == slug)
    }

    @Test func `slugs, account names and directories of distinct names are distinct and well formed`() throws {
        var random = SeededGenerator(for: "slugs")
        let letters = Array("ab1-_.@+ é").map(String.init)
        var names: Set<UserName> = []
        while names.count < 5000 {
            let length = Int.random(in: 1...40, using: &random)
            let raw = (0..<length).compactMap { _ in letters.randomElement(using: &random) }.joined()
            if let name = try? UserName(normalizing: raw) { names.insert(name) }
        }
        let servers = try ["", "s", "s1", "a-b", "b", "x" + String(repeating: "1", count: 29)].map {
            try ServerName($0)
        }
        let keys = names.prefix(1000).flatMap { name in servers.map { ServerKey(user: name, server: $0) } }

        expectDistinct(names.map(\.slug), limit: 30, seed: random.seed)
        expectDistinct(names.map(\.unixName), limit: 32, seed: random.seed)
        expectDistinct(keys.map(\.directoryName), limit: ServerKey.longestDirectoryName, seed: random.seed)
        #expect(Set(keys.map(\.oauthClientID)).count == keys.count, "seed \(random.seed)")
    }

    private func expectDistinct(_ slugs: [String], limit: Int, seed: UInt64) {
        #expect(Set(slugs).count == slugs.count, "seed \(seed)")
        let badSlugs = slugs.filter { slug in
            slug.utf8.count > limit || slug.wholeMatch(of: /[a-z][a-z0-9\-]*[a-z0-9]|[a-z]/) == nil
        }
        #expect(badSlugs.isEmpty, "seed \(seed)")
    }
}

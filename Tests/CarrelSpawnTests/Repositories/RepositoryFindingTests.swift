import Testing

@testable import CarrelSpawn

@Suite struct `What git says of a repository` {
    private static let list = """
        aaaa\trefs/heads/dev
        bbbb\trefs/heads/main
        cccc\trefs/heads/feature/refs/heads/hidden
        dddd\trefs/tags/v1
        eeee\trefs/tags/v1^{}

        """

    @Test(
        arguments: [
            ("main", RepositoryFinding.found(.branch)), ("v1", .found(.tag)), (nil, .found(nil)),
            ("hidden", nil), ("heads/main", nil), ("*", nil), ("", nil),
        ] as [(String?, RepositoryFinding?)]
    )
    func `is taken by whole names`(name: String?, finding: RepositoryFinding?) {
        #expect(RepositoryFinding(list: Self.list, reference: name) == finding)
    }

    @Test func `names a few branches, the usual ones first`() {
        #expect(RepositoryFinding.branches(in: Self.list) == ["main", "dev", "feature/refs/heads/hidden"])
        let many = (0..<50).map { "aaaa\trefs/heads/branch-\($0)" }.joined(separator: "\n")
        #expect(RepositoryFinding.branches(in: many).count == 10)
        let long = RepositoryFinding.branches(in: "aaaa\trefs/heads/" + String(repeating: "x", count: 5000))
        #expect(long.map(\.count) == [100])
    }

    @Test(arguments: [
        ("fatal: repository 'http://x/' not found", RepositoryFinding.notFound),
        ("fatal: Authentication failed for 'http://x/'", .needsSignIn),
        ("fatal: http://x/info/refs not valid: is this a git repository?", .notRepository),
        (
            "fatal: http://x/info/refs not valid: could not determine hash algorithm; is this a git repository?",
            .notRepository
        ),
        ("fatal: unable to access 'http://x/': Could not resolve host: x", .unreachable),
        (
            "fatal: unable to access 'http://x/': Failed to connect to x port 80 after 0 ms: Couldn't connect to server",
            .unreachable
        ),
        (
            "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none",
            .untrusted
        ),
        ("fatal: unable to access 'https://x/': Operation too slow. Less than 1000 bytes/sec", .tooSlow),
        ("error: something new", .failed),
    ])
    func `is understood when it fails`(said: String, finding: RepositoryFinding) {
        let failure = ProgramFailure.failed(program: "git", code: 128, said: said)
        #expect(RepositoryFinding(failure, hasSignedIn: false) == finding)
    }

    @Test func `takes only what is one line each as a credential`() {
        #expect(GitCredential(user: "ada", secret: "geheim") != nil)
        for (user, secret) in [("", "x"), ("x", ""), ("x\nhost=y", "z"), ("x", "z\0"), ("x", "z\r")] {
            #expect(GitCredential(user: user, secret: secret) == nil)
        }
    }
}

import CarrelModel
import Testing

@Suite struct ConfigurationRefusalTests {
    @Test(arguments: [
        ("a: [", "2:1: found a syntax error (did not find expected node content), expected YAML"),
        ("hub:\n\tname: x", "2:1: found a tab as indentation, expected spaces"),
        ("hub: {name: \u{1}}", "1:13: found the control character U+1, expected text"),
        ("\u{FEFF}hub:", "1:1: found a byte order mark, expected plain UTF-8 without one"),
        ("hub: &a {name: x}", "1:6: found an anchor or alias, expected the value written out"),
        ("hub: {name: *a}", "1:13: found an alias, expected the value written out"),
        ("hub: {<<: {name: x}}", "1:7: found a merge key (<<), expected the keys written out"),
        ("hub: {name: !!str x}", "1:13: found a tag (!), expected a value without one"),
        ("hub: !x {name: x}", "1:6: found a tag (!), expected a value without one"),
        ("? [a]\n: b", "1:3: found a key that isn't plain text, expected the name of a key"),
        ("hub:\n---\nhub:", "2:1: found a second document, expected one document"),
        ("hub:\nproxy:\nhub:", "1:1: found the key “hub” twice, expected it once"),
        ("environments: {a: {variables: {A: 1, \"A\": 2}}}", "1:32: found the key “A” twice, expected it once"),
        (
            "environments: {a: {python: 3.9}}",
            "1:28: environments.a.python: found “3.9”, expected a version of Python from 3.11 on, such as 3.12"
        ),
        (
            "environments: {a: {debianPackages: [-y]}}",
            "1:37: environments.a.debianPackages[0]: found “-y”, expected the name of a Debian package"
        ),
        (
            "environments: {a: {withoutExtensions: ['a b']}}",
            "1:40: environments.a.withoutExtensions[0]: found “a b”, expected the name of a Python package"
        ),
        (
            "environments: {a: {kernels: [/x/julia, /y/julia]}}",
            "1:20: environments.a.kernels: found two of the name julia, expected a name only once"
        ),
        ("[hub]", "1:1: found a list, expected a map of keys and values"),
        ("hub", "1:1: found “hub”, expected a map of keys and values"),
        ("proxy: {threads: 65}", "1:18: proxy.threads: found “65”, expected a number from 1 to 64"),
        ("proxy: {threads: -1}", "1:18: proxy.threads: found “-1”, expected a number from 1 to 64"),
        ("proxy: {threads: 1.0}", "1:18: proxy.threads: found “1.0”, expected a number from 1 to 64"),
        ("proxy: {threads: [1]}", "1:18: proxy.threads: found a list, expected a number from 1 to 64"),
        ("proxy:\n  threads:\n", "2:11: proxy.threads: found nothing, expected a number from 1 to 64"),
        ("hub: {stopServersOnExit: yes}", "1:26: hub.stopServersOnExit: found “yes”, expected true or false"),
        ("hub: {logFormat: xml}", "1:18: hub.logFormat: found “xml”, expected one of text, json"),
        ("hub: {stateDirectory: ~/var}", "1:23: hub.stateDirectory: found “~/var”, expected a path"),
        (
            "hub: {publicURL: 'https://u:secret@h'}",
            "1:18: hub.publicURL: found “https://…@h”, expected a URL without path, such as https://hub.example.org"
        ),
        ("proxy: {listen: []}", "1:17: proxy.listen: found 0 items, expected 1 to 16"),
        (
            "proxy: {headerTimeout: 15}",
            "1:24: proxy.headerTimeout: found “15”, expected a duration such as 90s, 15m, 12h or 30d, from 1s to 10m"
        ),
        (
            "servers: {memoryReserve: 1 G}",
            "1:26: servers.memoryReserve: found “1 G”, expected a size such as 20 GB or 20 GiB, from 50 MiB to 1 TiB"
        ),
        (
            "servers: {idleLimit: 1s}",
            "1:22: servers.idleLimit: found “1s”, expected a duration such as 90s, 15m, 12h or 30d, from 5s to 365d, or never, or 0"
        ),
        (
            "servers: {defaultURL: //evil.org}",
            "1:23: servers.defaultURL: found “//evil.org”, expected a path that begins with one slash and has no space, such as /lab"
        ),
        (
            "sandbox: {uidRange: 5-3}",
            "1:21: sandbox.uidRange: found “5-3”, expected FIRST-LAST, such as 200000-299999, from 1000 on and without 65534 and 65535"
        ),
        (
            "sandbox: {readOnlyPaths: [/]}",
            "1:27: sandbox.readOnlyPaths[0]: found “/”, expected a path that begins with /, other than / itself and without .."
        ),
        ("proxy: {tls: {certificate: c}}", "1:14: proxy.tls.key: found no such key, expected a path"),
        ("proxy:\n  tls:\n    key: k", "3:5: proxy.tls.certificate: found no such key, expected a path"),
    ])
    func `a bad file is refused with its place and what was expected`(yaml: String, problem: String) {
        #expect(problems(yaml) == [problem])
    }

    @Test(arguments: [
        ("prxy:", "did you mean “proxy”?"), ("listen:", "did you mean “proxy.listen”?"),
        ("Hub:", "did you mean “hub”?"),
        ("hub: {log_level: info}", "did you mean “logLevel”?"), ("hub: {nmae: x}", "did you mean “name”?"),
        ("servers: {logSise: 1}", "did you mean “logSize”?"), ("hub: {threads: 1}", "did you mean “proxy.threads”?"),
    ])
    func `an unknown key is answered with the one that was meant`(yaml: String, hint: String) throws {
        let problem = try #require(problems(yaml).first)
        #expect(problem.contains("found an unknown key, expected one of "))
        #expect(problem.hasSuffix(hint))
    }

    @Test func `an unknown key's value isn't shown, as it may be a secret`() throws {
        let problem = try #require(problems("accounts: {password: hunter2}").first)
        #expect(!problem.contains("hunter2"))
    }

    @Test(arguments: ["1A", "a b", "", "JUPYTERHUB_USER", "GITHUB_TOKEN", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY", "É"])
    func `a variable that is the hub's or looks like a secret is refused`(name: String) throws {
        let all = problems("environments: {default: {variables: {'\(name)': hunter2}}}")
        #expect(all.count == 1)
        #expect(all.first?.contains("found such a name") == true)
        #expect(all.first?.contains("hunter2") == false)
    }

    @Test func `all problems are reported, in the order of the file`() {
        let all = problems("proxy:\n  threads: 0\nhub:\n  nam: x\n  logLevel: loud\naccounts: 3\n")
        #expect(all.count == 4)
        #expect(all.map { $0.prefix(2) } == ["2:", "4:", "5:", "6:"])
    }

    @Test func `bytes that aren't UTF-8 are refused where they stand`() {
        #expect(
            problems(Array("hub:\n  name: é".utf8) + [0xFF, 0x0A]) == [
                "2:10: found bytes that aren't UTF-8, expected UTF-8 text"
            ]
        )
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
        String(repeating: "{a: ", count: 40), String(repeating: "? ", count: 5000),
        String(repeating: "a", count: 2_000_000),
        (1...30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }.joined(separator: "\n").replacing(
            "*a0",
            with: "x"
        ),
    ])
    func `an absurd file is refused soon`(yaml: String) {
        #expect(!problems(yaml).isEmpty)
    }
}

import CarrelModel
import Testing

@Suite struct ConfigurationRulesTests {
    @Test(arguments: [
        (
            "proxy:\n  listen: [\"127.0.0.1:80\", \"127.0.0.1:80\"]",
            "2:3: proxy.listen: found 127.0.0.1:80 twice, expected it once"
        ),
        (
            "proxy:\n  listen: [\"0.0.0.0:80\", \"127.0.0.1:80\"]",
            "2:3: proxy.listen: found 127.0.0.1:80, which 0.0.0.0:80 holds already, expected addresses that don't overlap"
        ),
        (
            "proxy:\n  tls:\n    certificate: c\n    key: k\n    redirectFrom: 127.0.0.1:8000",
            "5:5: proxy.tls.redirectFrom: found 127.0.0.1:8000, where the proxy listens already (127.0.0.1:8000), expected another address or port"
        ),
        (
            "proxy: {tls: {certificate: c, key: k, redirectFrom: 'unix:/x'}}",
            "1:39: proxy.tls.redirectFrom: found a unix socket, expected HOST:PORT, as browsers use it"
        ),
        (
            "hub: {publicURL: 'http://h'}\nproxy: {tls: {certificate: c, key: k}}",
            "1:7: hub.publicURL: found http://h, expected https, as proxy.tls is set"
        ),
        (
            "servers:\n  idleLimit: 5m\n  idleCheckInterval: 10m",
            "3:3: servers.idleCheckInterval: found 10m, expected at most the idleLimit, 5m"
        ),
        (
            "sandbox: {readOnlyPaths: [/etc/carrel]}",
            "1:11: sandbox.readOnlyPaths: found /etc/carrel, expected folders apart from the state directory, which holds everybody's files"
        ),
        (
            "sandbox: {uidRange: 200000-299999, gidRange: 299999-300000}",
            "1:36: sandbox.gidRange: found 299999-300000, expected ids apart from sandbox.uidRange, 200000-299999"
        ),
        (
            "sharedFolders: {x: {path: /etc/carrel}}",
            "1:21: sharedFolders.x.path: found /etc/carrel, expected folders apart from the state directory, which holds everybody's files"
        ),
        (
            "sharedFolders: {x: {path: /data, quota: 5 GB}}",
            "1:34: sharedFolders.x.quota: found a quota, expected none: it holds only where Carrel keeps the folder"
        ),
        (
            "sharedFolders: {projects: {}}",
            "1:17: sharedFolders.projects: found this name, expected another: groups' folders are there"
        ),
        (
            "network: {nameservers: [192.0.2.1, 10.0.0.0/24]}",
            "1:11: network.nameservers: found 10.0.0.0/24, expected single addresses, without /"
        ),
        (
            "accounts: {localForm: false, signUp: open}",
            "1:30: accounts.signUp: found open, expected never, as localForm is false and who signs up has a name and a password to sign in with"
        ),
        (
            "accounts: {signUp: approval, localForm: false}",
            "1:12: accounts.signUp: found approval, expected never, as localForm is false and who signs up has a name and a password to sign in with"
        ),
        ("environments: {}", "1:1: environments: found none, expected at least one environment"),
    ])
    func `keys that contradict each other are refused where they stand`(yaml: String, problem: String) {
        #expect(problems(yaml) == [problem])
    }

    @Test func `a state directory leaves room for the names of sockets`() throws {
        let longest = "/" + String(repeating: "s", count: 43)
        let state = try configuration("hub: {stateDirectory: \(longest)}").hub.stateDirectory
        let socket =
            state + "/run/servers/" + String(repeating: "x", count: ServerKey.longestDirectoryName) + "/io/socket"
        #expect(socket.utf8.count == ListenAddress.longestSocketPath)
        #expect(problems("hub: {stateDirectory: \(longest)s}").first?.contains("found 45 bytes") == true)
    }

    @Test func `a socket to listen on has a name that the system takes`() {
        let path = "unix:/" + String(repeating: "p", count: 107)
        #expect(problems("proxy: {listen: ['\(path)']}").first?.contains("a socket path of 108 bytes") == true)
    }
}

@Suite struct ConfigurationChangeTests {
    @Test func `nothing changes between equal configurations`() throws {
        let one = try configuration("")
        #expect(ConfigurationChange.between(old: one, new: one).isEmpty)
    }

    @Test(arguments: [
        ("", "hub: {name: Tern}", "hub.name: Carrel → Tern"),
        ("", "hub: {stateDirectory: /s}", "hub.stateDirectory: /etc/carrel/var → /s (after a restart)"),
        ("", "proxy: {listen: ['127.0.0.1:1']}", "proxy.listen: [127.0.0.1:8000] → [127.0.0.1:1] (after a restart)"),
        ("", "servers: {idleLimit: never}", "servers.idleLimit: 1h → never"),
        ("", "proxy: {tls: {certificate: c, key: k}}", "proxy.tls: none → given (after a restart)"),
        (
            "proxy: {tls: {certificate: c, key: k}}", "proxy: {tls: {certificate: d, key: k}}",
            "proxy.tls.certificate: /etc/carrel/c → /etc/carrel/d"
        ),
        ("", "environments: {default: , gpu: }", "environments.gpu: none → gpu"),
        ("", "environments: {default: {variables: {A: b}}}", "environments.default.variables:  → A"),
        ("environments: {a: , b: }", "environments: {b: , a: }", "environments: a, b → b, a"),
    ])
    func `a change names its key and says whether it needs a restart`(old: String, new: String, change: String) throws {
        let changes = ConfigurationChange.between(old: try configuration(old), new: try configuration(new))
        // Paths in the state directory move with it.
        let moving = ["environments.default.path:", "hub.vaultKey:", "mounts.rclone:", "storage.homes:"]
        let texts = changes.map(\.description).filter { text in !moving.contains { text.hasPrefix($0) } }
        #expect(texts == [change])
    }
}

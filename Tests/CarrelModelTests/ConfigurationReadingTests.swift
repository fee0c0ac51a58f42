import CarrelModel
import Foundation
import Testing

/// Reads YAML as if it stood in `/etc/carrel/carrel.yaml`.
func configuration(_ yaml: String) throws(ConfigurationError) -> Configuration {
    try Configuration.read(Array(yaml.utf8), file: "carrel.yaml", folder: "/etc/carrel")
}

/// What is wrong with some YAML, one line a problem, without the file's name.
func problems(_ yaml: [UInt8]) -> [String] {
    do throws(ConfigurationError) {
        _ = try Configuration.read(yaml, file: "f", folder: "/etc/carrel")
        return []
    } catch {
        guard case .invalid(_, let problems) = error else { return [error.message] }
        return problems.map { String($0.description.dropFirst(2)) }
    }
}

func problems(_ yaml: String) -> [String] { problems(Array(yaml.utf8)) }

@Suite struct ConfigurationReadingTests {
    @Test(arguments: ["", "\n\n", "# nothing yet\n", "---\n", "{}", "hub:\n", "hub:\nproxy:\n  # listen: []\n"])
    func `an empty file gives the defaults`(yaml: String) throws {
        #expect(try configuration(yaml) == configuration(""))
    }

    @Test func `without a file, paths go from the working directory`() throws {
        let loaded = try Configuration.load(file: nil, workingDirectory: "/srv/carrel")
        #expect(loaded.hub.stateDirectory == "/srv/carrel/var")
        #expect(loaded.environments.map(\.path) == ["/srv/carrel/var/environments/default"])
        #expect(loaded.proxy.listen == [.tcp(host: "127.0.0.1", port: 8000)])
        #expect(loaded.sandbox.bubblewrap == "bwrap")
    }

    @Test func `every kind of value is read`() throws {
        let read = try configuration(
            """
            hub: {name: no, announcement: "", stateDirectory: ./state/, logLevel: debug, publicURL: "HTTPS://Hub.Example.org:443/"}
            proxy:
              listen: ["[::1]:0", 'unix:run/p.sock', localhost:8443]
              tls: {certificate: c.pem, key: /k.pem, redirectFrom: 0.0.0.0:80}
              trustedProxies: [10.0.0.0/8, "::1"]
            """
        )
        #expect(read.hub.name == "no")
        #expect(read.hub.stateDirectory == "/etc/carrel/state")
        #expect(read.hub.logLevel == .debug)
        #expect(read.hub.publicURL?.description == "https://hub.example.org")
        #expect(
            read.proxy.listen == [
                .tcp(host: "::1", port: 0), .unix(path: "/etc/carrel/run/p.sock"), .tcp(host: "localhost", port: 8443),
            ]
        )
        #expect(read.proxy.tls?.certificate == "/etc/carrel/c.pem")
        #expect(read.proxy.tls?.key == "/k.pem")
        #expect(read.proxy.tls?.redirectFrom == .tcp(host: "0.0.0.0", port: 80))
        #expect(read.proxy.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1"])
    }

    @Test func `limits can be switched off and capacities left to the machine`() throws {
        let off = try configuration("servers: {idleLimit: never, maximumAge: 0, startsAtOnce: automatic, capacity: 0}")
        #expect(off.servers.idleLimit == nil)
        #expect(off.servers.maximumAge == nil)
        #expect(off.servers.startsAtOnce(processors: 1) == 2)
        #expect(off.servers.startsAtOnce(processors: 8) == 16)
        #expect(off.servers.capacity(memory: ByteCount(bytes: 4 << 30)) == 10)
        #expect(off.servers.capacity(memory: ByteCount(bytes: 1)) == 1)

        let on = try configuration("servers: {idleLimit: 90m, maximumAge: 30d, startsAtOnce: 3, capacity: 12}")
        #expect(on.servers.idleLimit == .seconds(5400))
        #expect(on.servers.startsAtOnce(processors: 8) == 3)
        #expect(on.servers.capacity(memory: ByteCount(bytes: 1)) == 12)
    }

    @Test func `environments keep their order and fill in what is left out`() throws {
        let read = try configuration(
            """
            hub: {stateDirectory: /s}
            environments:
              zeta:
              alpha: {path: /opt/a, variables: {OMP_NUM_THREADS: 8, TOKENIZERS_PARALLELISM: no}}
            """
        )
        #expect(read.environments.map(\.name) == ["zeta", "alpha"])
        #expect(read.environments.map(\.path) == ["/s/environments/zeta", "/opt/a"])
        #expect(read.environments.last?.variables == ["OMP_NUM_THREADS": "8", "TOKENIZERS_PARALLELISM": "no"])
    }

    @Test func `an environment's recipe is read, its files from the folder of the file`() throws {
        let read = try configuration(
            """
            environments:
              r:
                title: R and Julia
                description: For the statistics course.
                python: 3.12
                packages: r.lock
                debianPackages: [r-base, libstdc++6]
                kernels: [kernels/julia, /opt/kernels/x]
                start: scripts/start
                withoutExtensions: [jupyterlab-git]
            """
        )
        let recipe = try #require(read.environments.first)
        #expect((recipe.title, recipe.python) == ("R and Julia", "3.12"))
        let folder = try #require(recipe.packages).dropLast("/r.lock".count)
        #expect(folder.hasPrefix("/") && recipe.start == folder + "/scripts/start")
        #expect(recipe.kernels == [folder + "/kernels/julia", "/opt/kernels/x"])
        #expect(recipe.debianPackages == ["r-base", "libstdc++6"] && recipe.withoutExtensions == ["jupyterlab-git"])
        #expect(try configuration("environments: {r: }").environments.first?.title == "r")
    }

    @Test func `a file is loaded from its folder`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/carrel-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("hub: {name: Tern}".utf8).write(to: URL(fileURLWithPath: folder + "/carrel.yaml"))

        let loaded = try Configuration.load(file: "carrel.yaml", workingDirectory: folder)
        #expect(loaded.hub.name == "Tern")
        #expect(loaded.hub.stateDirectory == folder + "/var")
        #expect(throws: ConfigurationError.unreadable(file: "none.yaml", .missing)) {
            try Configuration.load(file: "none.yaml", workingDirectory: folder)
        }
        #expect(throws: ConfigurationError.unreadable(file: folder, .unreadable)) {
            try Configuration.load(file: folder, workingDirectory: "/")
        }
    }
}

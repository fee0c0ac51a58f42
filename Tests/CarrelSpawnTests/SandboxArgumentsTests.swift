import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `Sandbox arguments` {
    @Test(arguments: [
        (SandboxArguments.Privilege.root, "sandbox-root.txt"),
        (.ordinary, "sandbox-ordinary.txt"),
    ])
    func `are what the golden file says`(privilege: SandboxArguments.Privilege, golden: String) throws {
        let arguments = arguments(.example, privilege)

        let text = ["bwrap"] + arguments.command + ["", "hidden:"] + arguments.hidden

        #expect(try Golden.text(golden) == Golden.paired(text))
    }

    @Test func `hold no variable on the command line`() {
        let arguments = arguments(.example, .root)

        #expect(!arguments.command.joined().contains("sesame"))
        #expect(arguments.hidden.contains("sesame"))
    }

    @Test func `let the order's variables win`() {
        var order = StartOrder.example
        order.variables = ["LANG": "de_DE.UTF-8"]

        let hidden = arguments(order, .root).hidden

        #expect(hidden.filter { $0 == "LANG" }.count == 1)
        #expect(hidden.contains("de_DE.UTF-8"))
    }

    @Test func `name every folder on the way, since root's bubblewrap closes those it makes itself`() {
        let hidden = arguments(.example, .root).hidden

        for folder in ["/home", "/srv", "/srv/carrel", "/srv/carrel/environments"] {
            #expect(zip(hidden, hidden.dropFirst()).contains { $0 == "--dir" && $1 == folder }, "\(folder)")
        }
    }

    @Test func `leave folders inside the home to the home`() {
        var order = StartOrder.example
        order.folders = [FolderBinding(host: "/mnt/a", inside: "/home/alice/data/hub", access: .readWrite)]

        let hidden = arguments(order, .root).hidden

        #expect(!hidden.contains("/home/alice/data"))
    }

    @Test func `make a shelf once, before what stands on it, and close it afterwards`() throws {
        var order = StartOrder.example
        order.shelves = ["/home/alice/projects", "/home/alice/empty"]
        order.folders = ["b", "a"].map {
            FolderBinding(host: "/mnt/\($0)", inside: "/home/alice/projects/\($0)", access: .readWrite)
        }

        let hidden = arguments(order, .root).hidden

        let words = ["65536", "--perms", "0755", "--tmpfs", "/home/alice/projects", "--bind", "/mnt/a"]
        let start = try #require(hidden.firstIndex(of: "/mnt/a")) - words.count + 1
        #expect(Array(hidden[start...].prefix(words.count)) == words)
        let close = try #require(hidden.lastIndex(of: "/home/alice/projects"))
        let last = try #require(hidden.firstIndex(of: "/mnt/b"))
        #expect(hidden[close - 1] == "--remount-ro" && close > last)
        #expect(!hidden.contains("/home/alice/empty"))
    }

    @Test func `show a folder for all of /etc after everything else, and nothing of it one by one`() throws {
        var arguments = arguments(.example, .root)
        arguments.configurationFolder = "/srv/carrel/run/alice/layer/etc"

        let hidden = arguments.hidden

        let place = try #require(hidden.firstIndex(of: "/srv/carrel/run/alice/layer/etc"))
        #expect(hidden[(place - 1)...(place + 1)] == ["--ro-bind", "/srv/carrel/run/alice/layer/etc", "/etc"])
        #expect(!hidden[(place + 2)...].contains { $0.hasSuffix("-bind") || $0 == "--bind" })
        #expect(!hidden.contains { $0.hasPrefix("/etc/") })
    }

    @Test func `are separated by zero bytes`() {
        #expect(SealedArguments.encoded(["a b", "", "ü\n"]) == Array("a b\0\0ü\n\0".utf8))
    }

    private func arguments(_ order: StartOrder, _ privilege: SandboxArguments.Privilege) -> SandboxArguments {
        SandboxArguments(
            order: order,
            account: Account(
                uid: 20001,
                gid: 20001,
                groups: privilege == .root ? [30001, 30002].map { UnixGroup(name: "g\($0)", gid: $0) } : []
            ),
            run: RunDirectory(in: "/srv/carrel/run", id: order.id),
            layout: SystemLayout(
                links: [.init(name: "bin", target: "usr/bin"), .init(name: "lib", target: "usr/lib")],
                folders: ["lib64"],
                configuration: ["hosts", "localtime", "ssl"],
                resolver: "/run/systemd/resolve/stub-resolv.conf",
            ),
            options: SandboxOptions(runDirectory: "/srv/carrel/run", logDirectory: "/srv/carrel/logs", logKeeper: ""),
            privilege: privilege,
        )
    }
}

@Suite struct `The folder for /etc` {
    private let layout = SystemLayout(
        links: [],
        folders: [],
        configuration: ["hosts", "passwd"],
        resolver: "/run/resolve/stub.conf",
    )

    @Test(arguments: [(true, "/run/a/etc/resolv.conf"), (false, "/run/resolve/stub.conf")])
    func `has the host's files, and the sandbox's own before them`(hasOwnResolver: Bool, resolver: String) {
        let folder = ConfigurationFolder(
            layer: "/run/a/layer",
            layout: layout,
            run: RunDirectory(in: "/run", id: "a"),
            hasOwnResolver: hasOwnResolver,
        )

        #expect(
            folder.entries == [
                "group": "/run/a/etc/group", "hosts": "/etc/hosts", "nsswitch.conf": "/run/a/etc/nsswitch.conf",
                "passwd": "/run/a/etc/passwd", "resolv.conf": resolver,
            ]
        )
        #expect(folder.steps.map(\.description).first == "make the folder /run/a/layer/etc")
        #expect(folder.steps.map(\.description).contains("show /etc/hosts at /run/a/layer/etc/hosts"))
    }
}

/// Expected texts, kept beside the tests.
enum Golden {
    static func text(_ name: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// One option a line, with what belongs to it.
    static func paired(_ words: [String]) -> String {
        words.dropFirst().reduce(words[0]) {
            $0 + ($1.hasPrefix("--") || $1.isEmpty || $1 == "hidden:" ? "\n" : " ") + $1
        } + "\n"
    }
}

extension StartOrder {
    static let example = StartOrder(
        id: "alice",
        unixName: "alice",
        account: Account(uid: 20001, gid: 20001),
        home: "/srv/carrel/homes/default/alice",
        environment: "/srv/carrel/environments/default-1",
        command: ["/srv/carrel/environments/default-1/bin/carrel-server", "--flag"],
        variables: ["JUPYTERHUB_API_TOKEN": "sesame", "ODD": "a b\n“c”"],
        hubDirectory: "/srv/carrel/run/hub",
        servicePrefix: "/user/alice/",
        folders: [FolderBinding(host: "/srv/carrel/projects/x", inside: "/home/alice/projects/x", access: .readWrite)],
    )
}

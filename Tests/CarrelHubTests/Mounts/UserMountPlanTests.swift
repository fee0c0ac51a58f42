import CarrelData
import CarrelSpawn
import Testing

@testable import CarrelHub

@Suite struct `What to do about the mounts of a user` {
    private typealias Observed = UserMountPlan.Observed

    @Test func `nothing runs for somebody without a server and without edits`() {
        #expect(plan(servers: false).steps(for: Observed()) == [])
    }

    @Test func `a server's connection is mounted, once the daemon runs`() {
        #expect(plan().steps(for: Observed()) == [.start])
        #expect(plan().steps(for: Observed(isRunning: true)) == [.mount("datahub")])
        #expect(plan().steps(for: mounted()) == [])
    }

    @Test func `a connection that doesn't work starts nothing`() {
        for state in [ConnectionState.offline, .refused, .missing] {
            #expect(plan(state: state).steps(for: Observed()) == [])
        }
    }

    @Test func `edits that were left are uploaded without a server, and whatever the connection's state`() {
        let left = Observed(left: ["datahub": ["a"]])
        #expect(plan(servers: false).steps(for: left) == [.start])
        #expect(plan(servers: false, state: .offline).steps(for: left) == [.start])
    }

    @Test func `after the last server the mount goes when nothing waits, and the daemon when nothing is mounted`() {
        #expect(plan(servers: false).steps(for: mounted(waiting: ["a"])) == [])
        #expect(plan(servers: false).steps(for: mounted()) == [.unmount("datahub")])
        #expect(plan(servers: false).steps(for: Observed(isRunning: true)) == [.quit])
    }

    @Test func `a connection that was removed keeps its mount until its edits are up`() {
        #expect(plan(wanted: false).steps(for: mounted(waiting: ["a"])) == [])
        #expect(plan(wanted: false).steps(for: mounted()) == [.unmount("datahub")])
    }

    @Test func `a new token, another folder or other rights mean mounting anew, with the edits that wait`() {
        #expect(plan(token: "new").steps(for: mounted(waiting: ["a"])) == [.unmount("datahub")])
        #expect(plan().steps(for: mounted(path: "/other")) == [.unmount("datahub")])
        #expect(plan().steps(for: mounted(isReadOnly: true)) == [.unmount("datahub")])
    }

    @Test func `edits are hurried when their connection begins to take them, and not again`() {
        let recovered = { (before: ConnectionState, after: ConnectionState) in
            plan(state: after).wanted.recovered(since: plan(state: before).wanted)
        }
        for state in [ConnectionState.offline, .refused, .busy(), .overQuota] {
            #expect(recovered(state, .connected) == ["datahub"], "\(state)")
            #expect(recovered(.connected, state) == [], "\(state)")
        }
        #expect(recovered(.connected, .connected) == [])
        #expect(recovered(.offline, .overQuota) == [])
        #expect(plan().wanted.recovered(since: plan(wanted: false).wanted) == [])
    }

    @Test func `what is mounted is shown while the connection works, or is away for a while`() {
        for state in [ConnectionState.connected, .readOnly, .overQuota, .offline, .slow] {
            #expect(isOpen(state, before: ["datahub"]), "\(state)")
        }
        for state in [ConnectionState.refused, .expired, .missing] {
            #expect(!isOpen(state, before: ["datahub"]), "\(state)")
        }
    }

    @Test func `what wasn't shown isn't opened before the connection works`() {
        #expect(!isOpen(.offline, before: []))
        #expect(isOpen(.connected, before: []))
    }

    @Test func `a connection that nobody has tried yet is neither mounted nor taken away`() {
        #expect(plan(state: nil).steps(for: Observed()) == [])
        #expect(plan(state: nil).steps(for: mounted()) == [])
        #expect(!isOpen(nil, before: []))
        #expect(isOpen(nil, before: ["datahub"]))
    }

    // MARK: -

    private func isOpen(_ state: ConnectionState?, before: Set<String>) -> Bool {
        plan(state: state).folders(for: mounted(), open: before).contains { $0.isOpen }
    }

    private func plan(
        wanted: Bool = true,
        servers: Bool = true,
        state: ConnectionState? = .connected,
        token: String = "old",
    ) -> UserMountPlan {
        let folder = UserMounts.Folder(
            name: "datahub",
            path: "/datahub",
            title: "DataHub",
            isReadOnly: false,
            state: state,
        )
        let mounts = UserMounts(
            key: "alice",
            account: Account(uid: 1, gid: 1),
            folders: wanted ? [folder] : [],
            token: token,
        )
        return UserMountPlan(wanted: mounts, hasServers: servers, socket: "/s")
    }

    private func mounted(waiting: [String] = [], path: String = "/datahub", isReadOnly: Bool = false) -> Observed {
        let gateway = RcloneGateway(socket: "/s", path: path, token: "old")
        let mount = UserMountPlan.Mounted(gateway: gateway, isReadOnly: isReadOnly, waiting: waiting)
        return Observed(isRunning: true, mounted: ["datahub": mount])
    }
}

@Suite struct `What stands in a folder that isn't mounted` {
    @Test func `why not, and what to do`() {
        let text = readme(.closed(.refused))
        #expect(text.hasPrefix("DataHub\n\nYour files of DataHub aren't to be had now.\n"))
        #expect(text.contains(ConnectionState.refused.message))
        #expect(text.contains(ConnectionState.refused.remedy))
    }

    @Test func `which edits wait`() {
        #expect(!readme(.pending).contains("uploaded"))
        #expect(readme(.pending, waiting: ["a b"]).contains("1 file that you changed isn't uploaded yet: a b"))
        #expect(readme(.pending, waiting: ["a", "b", "c"]).contains("3 files that you changed aren't uploaded yet"))
    }

    @Test func `what is to be installed where nothing can be mounted`() {
        let text = readme(.unavailable(message: "/dev/fuse isn't there.", remedy: "modprobe fuse"))
        #expect(text.contains("/dev/fuse isn't there.\nFor the people who run the hub: modprobe fuse"))
    }

    @Test func `where the files are all the same`() {
        let nothing = MountStanding.Condition.unavailable(message: "No.", remedy: "modprobe fuse")
        let text = readme(nothing, origin: "https://hub.example")
        #expect(text.contains("\nhttps://hub.example/dav/datahub/\n"))
        #expect(text.contains("\nhttps://hub.example/hub/file-access\n"))
        #expect(readme(nothing).contains("“Your files from your own computer”"))
        #expect(!readme(.pending, origin: "https://hub.example").contains("https://"))
    }

    private func readme(
        _ condition: MountStanding.Condition,
        waiting: [String] = [],
        origin: String? = nil,
    ) -> String {
        let folder = UserMounts.Folder(
            name: "datahub",
            path: "/dav/datahub",
            title: "DataHub",
            isReadOnly: false,
            state: .connected,
        )
        let standing = MountStanding(folder: "datahub", condition: condition, waiting: waiting)
        return MountReadme.text(folder, standing: standing, origin: origin)
    }
}

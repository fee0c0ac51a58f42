import Testing

@testable import CarrelSpawn

@Suite struct `What to do about mounts in a running server` {
    @Test func `a server that shows nothing yet gets the folder, and on it what is mounted`() {
        #expect(plan().steps(for: []) == [.showFolder("datahub"), .open("datahub")])
    }

    @Test func `one that shows what it should is left alone`() {
        #expect(plan().steps(for: [folder(), remote()]) == [])
    }

    @Test func `nothing is opened that isn't mounted, or isn't to be seen`() {
        #expect(plan(device: nil).steps(for: []) == [.showFolder("datahub")])
        #expect(plan(isOpen: false).steps(for: []) == [.showFolder("datahub")])
    }

    @Test func `what isn't to be seen any more is taken away, so that the folder below says why`() {
        #expect(plan(isOpen: false).steps(for: [folder(), remote()]) == [.detach(remote())])
    }

    @Test func `what a dead daemon left is taken away, and the new one's comes in its place`() {
        let dead = remote(device: "0:5")
        #expect(plan().steps(for: [folder(), dead]) == [.detach(dead), .open("datahub")])
        #expect(plan(device: nil).steps(for: [folder(), dead]) == [.detach(dead)])
    }

    @Test func `a folder that isn't wanted any more goes with what is on it, the upper one first`() {
        #expect(
            plan(wanted: false).steps(for: [folder(), remote()]) == [.detach(remote()), .detach(folder())]
        )
    }

    @Test func `nothing else is touched, whatever it shows`() {
        let elsewhere = mount(8, "/rooms/alice/shown/datahub", at: "/srv/datahub", kind: "ext4")
        let project = mount(9, "/p/ecology", at: "/home/a/datahub2", kind: "ext4")
        let own = mount(10, "/", at: "/mnt", kind: "fuse.rclone", device: "0:7")
        #expect(plan(wanted: false).steps(for: [elsewhere, project, own]) == [])
    }

    // MARK: -

    private func plan(wanted: Bool = true, isOpen: Bool = true, device: String? = "0:9") -> MountPlan {
        MountPlan(
            folders: wanted ? [MountOrder.Folder(name: "datahub", isOpen: isOpen)] : [],
            home: "/home/a",
            shelf: FolderSource(device: "8:1", root: "/rooms/alice/shown"),
            devices: device.map { ["datahub": $0] } ?? [:],
        )
    }

    private func folder() -> SandboxMount {
        mount(3, "/rooms/alice/shown/datahub", at: "/home/a/datahub", kind: "ext4")
    }

    private func remote(device: String = "0:9") -> SandboxMount {
        mount(4, "/", at: "/home/a/datahub", kind: "fuse.rclone", device: device)
    }

    private func mount(
        _ id: Int,
        _ root: String,
        at place: String,
        kind: String,
        device: String = "8:1",
    ) -> SandboxMount {
        let line = "\(id) 1 \(device) \(root) \(place) rw,nosuid - \(kind) x rw"
        guard let mount = SandboxMount(line[...]) else { preconditionFailure("no line of a mount: \(line)") }
        return mount
    }
}

@Suite struct `The process that mounts` {
    @Test func `its arguments name no person, and nothing but a socket that others can't reach`() {
        let arguments = MountDaemon.arguments(account: Account(uid: 20001, gid: 20001))
        #expect(arguments.starts(with: ["--reuid", "20001", "--regid", "20001", "--clear-groups"]))
        #expect(arguments.contains("unix:///tmp/control/rc.sock"))
        #expect(arguments.contains("--no-unicode-normalization"))
        #expect(arguments.filter { $0.hasPrefix("/") }.allSatisfy { $0.hasPrefix("/tmp/") })
    }
}

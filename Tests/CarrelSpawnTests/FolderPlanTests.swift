import Testing

@testable import CarrelSpawn

@Suite struct `What to do about folders of a running server` {
    private static let place = "/home/a/projects/ecology"

    @Test func `nothing, when it shows what it should`() {
        #expect(
            plan().steps(for: [shelf, mount(3, "/p/ecology", ro: false), mount(4, "/p/ecology/store", on: 3)]) == []
        )
    }

    @Test func `a folder is shown with its store in it, on a shelf if there is none`() {
        let show = FolderPlan.Step.show(project, inner: store, at: Self.place)
        #expect(plan().steps(for: []) == [.addShelf("/home/a/projects"), show])
        #expect(plan().steps(for: [shelf]) == [show])
    }

    @Test func `a store that isn't shown comes onto the folder wherever that is by now`() {
        let moved = mount(3, "/p/ecology", at: "/home/a/x/ecology", ro: false)
        #expect(plan().steps(for: [shelf, moved]) == [.show(store, inner: nil, at: "/home/a/x/ecology/store")])
    }

    @Test func `one that isn't wanted is closed with what is mounted on it`() {
        let (outer, inner) = (
            mount(3, "/p/air", at: "/home/a/projects/air", ro: false), mount(4, "/p/air/store", on: 3)
        )
        let kept = [mount(5, "/p/ecology", ro: false), mount(6, "/p/ecology/store", on: 5)]
        #expect(plan().steps(for: [shelf, outer, inner] + kept) == [.close(outer)])
    }

    @Test func `access is changed where it is another, and what takes away comes first`() {
        let writable = mount(4, "/p/ecology/store", on: 3, ro: false)
        let readable = mount(3, "/p/ecology")
        let gone = mount(7, "/p/air", at: "/home/a/projects/air", ro: false)
        #expect(
            plan().steps(for: [shelf, readable, writable, gone]) == [
                .close(gone), .widen(readable), .restrict(writable),
            ]
        )
    }

    @Test func `what a hub that was killed had begun to close is finished, and never counts as shown`() {
        let hidden = [
            mount(3, "/p/ecology", at: "/run/carrel/.closed/3", ro: false), mount(4, "/p/ecology/store", on: 3),
        ]
        #expect(
            plan().steps(for: [shelf] + hidden)
                == [.finish(hidden[0]), .show(project, inner: store, at: Self.place)]
        )
    }

    @Test func `nothing else is touched, whatever it shows`() {
        let home = mount(1, "/p", at: "/home/a", ro: false)
        let points = mount(8, "/points/a", at: "/home/a/.snapshots")
        let elsewhere = mount(9, "/p/air", at: "/usr/share/air")
        let otherDisk = mount(9, "/p/air", at: "/home/a/air", device: "0:9")
        #expect(plan(wanted: false).steps(for: [home, points, elsewhere, otherDisk, shelf]) == [])
    }

    @Test func `a line of mountinfo is read`() throws {
        let line = "36 35 0:41 /a\\040b/c /home/a/projects/x ro,nosuid,nodev master:1 - btrfs /dev/loop0 rw,ssd"
        let mount = try #require(SandboxMount(line[...]))
        #expect(mount.id == 36 && mount.parent == 35 && mount.isReadOnly && mount.kind == "btrfs")
        #expect(mount.source == FolderSource(device: "0:41", root: "/a b/c") && mount.place == "/home/a/projects/x")
        #expect(SandboxMount("36 35 0:41 /a /b rw") == nil)
    }

    @Test func `what a path would show is told from the innermost mount`() {
        let table = [
            mount(1, "/", at: "/", device: "8:1"), mount(2, "/homes", at: "/srv/homes"),
            mount(3, "/x", at: "/srv/homes/a"),
        ]
        #expect(table.source(ofReal: "/srv/homes/.projects") == FolderSource(device: "0:5", root: "/homes/.projects"))
        #expect(table.source(ofReal: "/srv/homesick") == FolderSource(device: "8:1", root: "/srv/homesick"))
        #expect(table.source(ofReal: "/srv/homes/a") == FolderSource(device: "0:5", root: "/x"))
    }

    @Test func `a watch on btrfs tells its subvolume`() {
        let handle = "0201000000000000" + "0701000000000000" + "05000000"
        let line =
            "inotify wd:1 ino:102 sdev:2d mask:100 ignored_mask:0 fhandle-bytes:14 fhandle-type:4d f_handle:\(handle)"
        #expect(Watch(line[...])?.subvolume == 0x107)
        #expect(
            Watch("inotify wd:1 ino:2 sdev:2d mask:1 fhandle-bytes:8 fhandle-type:1 f_handle:0000000000000000") == nil
        )
        #expect(Watch("pos:\t0") == nil)
    }

    // MARK: - What is tried with

    private let project = FolderBinding(host: "/h/p/ecology", inside: place, access: .readWrite, owner: 7)
    private let store = FolderBinding(
        host: "/h/p/ecology/store",
        inside: "\(place)/store",
        access: .readOnly,
        owner: 7,
        top: "/h/p/ecology",
    )

    private func plan(wanted: Bool = true) -> FolderPlan {
        let all = [
            FolderPlan.Wanted(binding: project, source: source("/p/ecology")),
            FolderPlan.Wanted(binding: store, source: source("/p/ecology/store")),
        ]
        return FolderPlan(
            wanted: wanted ? all : [],
            shelves: ["/home/a/projects"],
            home: "/home/a",
            parents: [source("/p")],
            others: [],
            closed: "/run/carrel/.closed",
        )
    }

    private func source(_ root: String, device: String = "0:5") -> FolderSource {
        FolderSource(device: device, root: root)
    }

    private var shelf: SandboxMount { mount(2, "/", at: "/home/a/projects", device: "0:8", kind: "tmpfs") }

    private func mount(
        _ id: UInt64,
        _ root: String,
        at place: String? = nil,
        on parent: UInt64 = 2,
        ro: Bool = true,
        device: String = "0:5",
        kind: String = "btrfs",
    ) -> SandboxMount {
        let place = place ?? (parent == 2 ? Self.place : "\(Self.place)/store")
        let access = ro ? "ro" : "rw"
        let line = "\(id) \(parent) \(device) \(root) \(place) \(access),nosuid - \(kind) x rw"
        guard let mount = SandboxMount(line[...]) else { preconditionFailure(line) }
        return mount
    }
}

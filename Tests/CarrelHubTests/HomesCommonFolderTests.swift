import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The folders in a home` {
    private let store: Store
    private let storage = FakeHomeStorage()
    private let home: String

    init() throws {
        store = try Store.inMemory()
        home = NSTemporaryDirectory() + "carrel-home-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    }

    @Test func `are those of the groups, on a shelf, and the shared ones`() async throws {
        defer { remove() }
        let ecology = try await group("ecology")
        let folders = await desk(shared: [shared("datasets"), shared("soil") { $0.groups = ["soil"] }])
            .folders(for: [member(of: ecology)], in: home, shownAt: "/home/a")
        #expect(
            folders
                == CommonFolderDesk.Folders(
                    bindings: [
                        binding("ecology", at: "projects/ecology", .readWrite, owner: 300_001),
                        store("ecology", .readOnly, owner: 300_001),
                        binding("datasets", at: "datasets", .readOnly, owner: 300_000),
                    ],
                    shelves: ["/home/a/projects"],
                    notices: [],
                )
        )
        #expect(try await storage.commonUsages()[.project(ecology.name)]?.quota == ByteCount(bytes: 7))
    }

    @Test func `never hide what the user has under that name`() async throws {
        defer { remove() }
        try make("projects/mine/thesis.tex")
        try make("projects/air/mine")
        try make("datasets/mine")
        let groups = [try await group("ecology"), try await group("air")]
        let folders = await desk(shared: [shared("datasets")]).folders(
            for: groups.map(member),
            in: home,
            shownAt: "/home/a"
        )
        #expect(folders.bindings.map(\.inside) == ["/home/a/projects/ecology", "/home/a/projects/ecology/store"])
        #expect(folders.shelves.isEmpty)
        #expect(folders.notices.count == 2)
    }

    @Test func `that can't be made keep no server from starting`() async throws {
        defer { remove() }
        storage.fail(.cannotPrepareFolder(path: "/nowhere", reason: "this is a test"))
        let folders = await desk(shared: [shared("datasets"), shared("gone") { $0.path = "/nowhere/at/all" }])
            .folders(for: [member(of: try await group("ecology"))], in: home, shownAt: "/home/a")
        #expect(folders.bindings.isEmpty)
        #expect(
            folders.notices.map { $0.prefix(30) } == [
                "The project ecology isn't show", "The folder datasets isn't show", "The folder gone isn't shown: i",
            ]
        )
    }

    @Test func `of a group without an id aren't shown, as its owner couldn't be told from another's`() async throws {
        defer { remove() }
        _ = try await group("first")
        let second = try await group("second")
        let folders = await desk(gids: 300_000...300_001).folders(
            for: [member(of: second)],
            in: home,
            shownAt: "/home/a"
        )
        #expect(folders.bindings.isEmpty && folders.notices.count == 1)
        #expect(desk(gids: 300_000...300_001).unixGroups(of: [member(of: second)]).isEmpty)
    }

    @Test(arguments: [
        (GroupRole.reader, FolderBinding.Access.readOnly, FolderBinding.Access.readOnly),
        (.member, .readWrite, .readOnly), (.dataManager, .readWrite, .readWrite), (.manager, .readWrite, .readWrite),
    ])
    func `let each role do what it may`(
        role: GroupRole,
        project: FolderBinding.Access,
        kept: FolderBinding.Access,
    ) async throws {
        defer { remove() }
        let place = GroupPlace(group: try await group("ecology"), role: role)
        let wanted = [
            binding("ecology", at: "projects/ecology", project, owner: 300_001), store("ecology", kept, owner: 300_001),
        ]
        #expect(await desk().folders(for: [place], in: home, shownAt: "/home/a").bindings == wanted)
        let live = await desk(shared: [shared("soil") { $0.groups = ["soil"] }]).order(for: [place], shownAt: "/home/a")
        #expect(live.folders == wanted && live.shelves == ["/home/a/projects"] && live.parents == ["/nowhere"])
    }

    @Test func `get the quotas of their groups while they are in use`() async throws {
        defer { remove() }
        let ecology = try await group("ecology")
        let desk = desk(shared: [shared("datasets") { $0.quota = ByteCount(bytes: 3) }])
        _ = await desk.folders(for: [member(of: ecology)], in: home, shownAt: "/home/a")
        try await store.groups.change(ecology.name) { $0.projectQuota = 9 }
        try await storage.setQuota(nil, of: .shared("datasets"))
        try await desk.applyQuotas()
        let usages = try await storage.commonUsages()
        #expect(usages[.project(ecology.name)]?.quota == ByteCount(bytes: 9))
        try await store.groups.change(ecology.name) { $0.projectQuota = GroupRecord.unlimited }
        try await desk.applyQuotas()
        #expect(try await storage.commonUsages()[.project(ecology.name)]?.quota == nil)
        #expect(usages[.shared("datasets")]?.quota == ByteCount(bytes: 3))
    }

    // MARK: - What is tried with

    private func desk(
        shared: [SharedFolderSettings] = [],
        gids: ClosedRange<UInt32> = 300_000...399_999,
    ) -> CommonFolderDesk {
        let settings = CommonFolderDesk.Settings(shared: shared, projectQuota: ByteCount(bytes: 7), gids: gids)
        return CommonFolderDesk(storage: storage, groups: store.groups, settings: { settings }, logger: .quiet)
    }

    private func member(of group: GroupRecord) -> GroupPlace { GroupPlace(group: group, role: .member) }

    private func group(_ name: String) async throws -> GroupRecord {
        try await store.groups.add(GroupRecord(name: GroupName(name), createdAt: .distantPast))
    }

    private func shared(
        _ name: String,
        _ change: (inout SharedFolderSettings) -> Void = { _ in },
    ) -> SharedFolderSettings {
        var folder = SharedFolderSettings(name: name)
        change(&folder)
        return folder
    }

    private func binding(
        _ name: String,
        at inside: String,
        _ access: FolderBinding.Access,
        owner: UInt32,
    ) -> FolderBinding {
        FolderBinding(host: "/nowhere/\(name)", inside: "/home/a/\(inside)", access: access, owner: owner)
    }

    private func store(_ name: String, _ access: FolderBinding.Access, owner: UInt32) -> FolderBinding {
        FolderBinding(
            host: "/nowhere/\(name)/store",
            inside: "/home/a/projects/\(name)/store",
            access: access,
            owner: owner,
            top: "/nowhere/\(name)",
        )
    }

    private func make(_ path: String) throws {
        let file = URL(filePath: "\(home)/\(path)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true,
        )
        try Data().write(to: file)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: home) }
}

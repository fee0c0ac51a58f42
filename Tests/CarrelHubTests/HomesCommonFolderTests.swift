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
            .folders(for: [ecology], in: home, shownAt: "/home/a")
        #expect(
            folders
                == CommonFolderDesk.Folders(
                    bindings: [
                        binding("ecology", at: "projects/ecology", .readWrite, owner: 300_001),
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
        let folders = await desk(shared: [shared("datasets")]).folders(for: groups, in: home, shownAt: "/home/a")
        #expect(folders.bindings.map(\.inside) == ["/home/a/projects/ecology"])
        #expect(folders.shelves.isEmpty)
        #expect(folders.notices.count == 2)
    }

    @Test func `that can't be made keep no server from starting`() async throws {
        defer { remove() }
        storage.fail(.cannotPrepareFolder(path: "/nowhere", reason: "this is a test"))
        let folders = await desk(shared: [shared("datasets"), shared("gone") { $0.path = "/nowhere/at/all" }])
            .folders(for: [try await group("ecology")], in: home, shownAt: "/home/a")
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
        let folders = await desk(gids: 300_000...300_001).folders(for: [second], in: home, shownAt: "/home/a")
        #expect(folders.bindings.isEmpty && folders.notices.count == 1)
        #expect(desk(gids: 300_000...300_001).unixGroups(of: [second]).isEmpty)
    }

    @Test func `get the quotas of their groups while they are in use`() async throws {
        defer { remove() }
        let ecology = try await group("ecology")
        let desk = desk(shared: [shared("datasets") { $0.quota = ByteCount(bytes: 3) }])
        _ = await desk.folders(for: [ecology], in: home, shownAt: "/home/a")
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

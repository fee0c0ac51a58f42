import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Synchronization
import Testing

@testable import CarrelHub

/// Puts nothing anywhere.
private struct NoMaterial: MaterialFiles {
    func deliver(
        _ material: String,
        to folder: String,
        of home: HomeID,
        after delivered: [String: String],
        suffix: String,
    ) async throws(HomeFilesError) -> MaterialOutcome { throw .full }
}

@Suite struct `Keeping folders of running servers` {
    private func withServer(
        _ body: @escaping @Sendable (HubFixture, FolderKeeper, Int64, Mailbox) async throws -> Void
    ) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let key = ServerKey(user: try UserName(normalizing: "ada"))
            try await hub.run(key)
            let lab = try GroupName("lab")
            try await hub.store.groups.add(GroupRecord(name: lab, createdAt: hub.clock.now))
            try await hub.store.groups.addMembers([key.user], to: lab, as: .reader)
            let id = try #require(try await hub.store.servers.find(key)?.server.id)
            let woken = Mailbox()
            let settings = CommonFolderDesk.Settings(gids: 300_000...399_999)
            let keeper = FolderKeeper(
                store: hub.store,
                spawner: hub.spawner,
                folders: CommonFolderDesk(
                    storage: hub.storage,
                    groups: hub.store.groups,
                    settings: { settings },
                    logger: .quiet,
                ),
                wake: { woken.add($0) },
                changed: WakeSignal(),
                clock: ContinuousClock(),
                now: { hub.clock.now },
                logger: .quiet,
            )
            try await body(hub, keeper, id, woken)
        }
    }

    @Test func `a server is to show what its owner's groups give, as their role lets`() async throws {
        try await withServer { hub, keeper, _, woken in
            #expect(try await keeper.look() == false)
            let order = try #require(await hub.spawner.folderOrders["ada"])
            #expect(order.folders.map(\.inside) == ["/home/ada/projects/lab", "/home/ada/projects/lab/store"])
            #expect(order.folders.allSatisfy { $0.access == .readOnly })
            try await hub.store.groups.remove(GroupName("lab"))
            try await keeper.look()
            #expect(await hub.spawner.folderOrders["ada"]?.folders == [])
            #expect(woken.all.isEmpty)
        }
    }

    @Test func `a group of another instance isn't shown, and who becomes a manager writes in the hand-out folder`()
        async throws
    {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            var settings = InstanceSettings(name: "course")
            settings.entry = [.invitation]
            settings.handOut = true
            let course = try await hub.store.instances.make(settings, by: nil, at: noon)
            try await hub.store.instanceMembers.join(ada.id ?? 0, course, as: .member, at: noon)
            let key = ServerKey(user: ada.name, server: course.name.server)
            try await hub.run(key)
            try await hub.run(ServerKey(user: ada.name))
            let team = try GroupName("team")
            try await hub.store.groups.add(GroupRecord(name: team, createdAt: noon, instanceId: course.id))
            try await hub.store.groups.addMembers([ada.name], to: team)
            let keeper = keeper(hub)

            try await keeper.look()
            let order = try #require(await hub.spawner.folderOrders[key.directoryName])
            let inside = ["/home/ada/projects/team", "/home/ada/projects/team/store", "/home/ada/hand-out"]
            #expect(order.folders.map(\.inside) == inside)
            #expect(order.folders.last?.access == .readOnly)
            #expect(await hub.spawner.folderOrders["ada"]?.folders == [])

            try await hub.store.instanceMembers.setRole(.manager, of: ada.id ?? 0, in: course, at: noon)
            try await keeper.look()
            #expect(await hub.spawner.folderOrders[key.directoryName]?.folders.last?.access == .readWrite)
            try await hub.store.instanceMembers.setRole(.member, of: ada.id ?? 0, in: course, at: noon)
            try await keeper.look()
            #expect(await hub.spawner.folderOrders[key.directoryName]?.folders.last?.access == .readOnly)
        }
    }

    private func keeper(_ hub: HubFixture) -> FolderKeeper {
        let settings = CommonFolderDesk.Settings(gids: 300_000...399_999)
        return FolderKeeper(
            store: hub.store,
            spawner: hub.spawner,
            folders: CommonFolderDesk(
                storage: hub.storage,
                groups: hub.store.groups,
                settings: { settings },
                logger: .quiet,
            ),
            contents: InstanceContents(
                store: hub.store,
                storage: hub.storage,
                cache: MaterialCache(folder: "/nowhere", fetcher: nil, work: WorkAtOnce()),
                files: NoMaterial(),
                settings: { InstanceContents.Settings() },
                refresh: {},
                now: { hub.clock.now },
                logger: .quiet,
            ),
            wake: { _ in },
            changed: WakeSignal(),
            clock: ContinuousClock(),
            now: { hub.clock.now },
            logger: .quiet,
        )
    }

    @Test func `a server that keeps something open is stopped, and its owner reads why`() async throws {
        try await withServer { hub, keeper, id, woken in
            var change = FolderChange()
            change.held = ["/home/ada/projects/lab"]
            await hub.spawner.setFolderChange(change)
            try await keeper.look()
            let server = try #require(try await hub.store.servers.withID(id)?.server)
            #expect(server.wanted == .stopped && woken.all == [id])
            #expect(server.failure?.isNote == true)
            #expect(server.failure?.message.contains("it kept projects/lab open") == true)
        }
    }

    @Test func `joining, leaving and roles have servers looked at, whoever changes them`() async throws {
        try await withHub { hub in
            let changed = WakeSignal()
            let desk = GroupDesk(
                store: hub.store,
                now: { hub.clock.now },
                settleHomes: { _ in nil },
                settleFolders: { changed.raise() },
            )
            let (ada, lab) = (try UserName(normalizing: "ada"), try GroupName("lab"))
            try await hub.addUser("ada")
            let changes: [() async throws -> Void] = [
                { try await desk.add([lab]) },
                { try await desk.addMembers([ada], to: lab) },
                { try await desk.addMembers([ada], to: lab, as: .manager) },
                { try await desk.setRole(.reader, of: ada, in: lab, .mayGo) },
                { try await desk.removeMembers([ada], from: lab) },
                { try await desk.remove(lab) },
            ]
            for change in changes {
                changed.clear()
                try await change()
                #expect(changed.isRaised)
            }
        }
    }
}

/// What was said, in order.
final class Mailbox: Sendable {
    private let said = Mutex<[Int64]>([])
    var all: [Int64] { said.withLock { $0 } }
    func add(_ id: Int64) { said.withLock { $0.append(id) } }
}

import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

private let day: TimeInterval = 86_400

/// A keeper of instances beside a keeper of servers, with homes in a folder of this test.
private struct Ends: Sendable {
    let servers: KeeperFixture
    let keeper: InstanceKeeper
    let storage: PlainHomes
    let key: RecordKey
    let homes: String
    let logs: String

    var store: Store { servers.store }
    var clock: HandClock { servers.clock }

    init(_ servers: KeeperFixture, folder: String) throws {
        self.servers = servers
        homes = folder + "/homes"
        logs = folder + "/logs"
        storage = PlainHomes(homes: homes, reason: "This is a test.", work: WorkAtOnce())
        key = try #require(RecordKey(bytes: Data(repeating: 9, count: 32)))
        let (clock, wake) = (servers.clock, servers.keeper)
        keeper = InstanceKeeper(
            store: servers.store,
            deletion: InstanceDeletion(
                store: servers.store,
                storage: storage,
                remains: InstanceRemains(homes: homes),
                logs: logs,
                removeMaterial: { _ in },
                key: key,
                work: WorkAtOnce(),
                now: { clock.now },
                logger: .quiet,
            ),
            wakeServer: { wake.wake($0) },
            changed: WakeSignal(),
            clock: ContinuousClock(),
            now: { clock.now },
            logger: .quiet,
        )
    }

    /// A course that ends tomorrow, with a week for downloads.
    func addCourse(_ name: String = "course") async throws -> InstanceRecord {
        var settings = InstanceSettings(name: name)
        settings.kind = .temporary
        settings.ends = EndTime(noon + day)
        settings.handOut = true
        return try await store.instances.make(settings, by: "teacher", at: noon)
    }

    /// Looks until nothing happens any more at this time.
    func settle(_ name: String = "course") async throws {
        var before: InstanceRecord?
        repeat {
            before = try await instance(name)
            _ = try await keeper.look()
        } while try await instance(name) != before
    }

    func instance(_ name: String = "course") async throws -> InstanceRecord? {
        try await store.instances.named(InstanceName(name))
    }

    /// Moves the clock in steps that nobody takes for jumps, with a look at each.
    func live(days: Int) async throws {
        for _ in 0..<days {
            clock.advance(by: day)
            try await settle()
        }
    }
}

private func withEnds(_ body: @escaping @Sendable (Ends) async throws -> Void) async throws {
    try await withFolder { folder in
        let servers = KeeperFixture(store: try Store.inMemory(), spawner: FakeSpawner(), folder: folder)
        let ends = try Ends(servers, folder: folder)
        try await servers.run { try await body(ends) }
    }
}

@Suite struct `The keeper of instances` {
    @Test func `stops the servers of an instance at its end, and says why`() async throws {
        try await withEnds { ends in
            _ = try await ends.addCourse()
            try await ends.store.addUser("ada")
            let key = ServerKey(user: try UserName(normalizing: "ada"), server: try ServerName("course"))
            try await ends.servers.desk.start(key)
            try await ends.servers.reaches(.ready, key)
            try await ends.live(days: 1)
            #expect(try await ends.instance()?.state == .ended)
            try await ends.servers.reaches(.stopped, key)
            let failure = try #require(try await ends.servers.row(key)?.failure)
            #expect(failure.code == "instance.ended")
            #expect(failure.message == "course is over.")
            await #expect(throws: HubError.cannotEnter(instance: "course", refusal: .ended)) {
                try await ends.servers.desk.start(key)
            }
        }
    }

    @Test func `deletes everything of it after the time for downloads, and nothing else, and signs that`() async throws
    {
        try await withEnds { ends in
            let course = try await ends.addCourse()
            let other = try await ends.store.instances.make(InstanceSettings(name: "other"), by: nil, at: noon)
            var pupil = UserRecord(
                name: try UserName(normalizing: "pupil"),
                passwordHash: nil,
                mustChangePassword: false,
                isAdmin: false,
                createdAt: noon,
            )
            pupil.onlyInstanceId = course.id
            pupil = try await ends.store.users.add(pupil)
            let ada = try await ends.store.addUser("ada")
            for user in [pupil, ada] {
                try await ends.store.instanceMembers.join(user.id ?? 0, course, as: .member, at: noon)
            }
            try await ends.store.instanceMembers.join(ada.id ?? 0, other, as: .member, at: noon)
            for home in [
                ("course", "pupil"), ("course", "ada"), ("course", "gone"), ("other", "ada"), ("default", "ada"),
            ] {
                _ = try await ends.storage.prepare(HomeID(instance: home.0, slug: home.1), owner: nil, quota: nil)
            }
            for instance in ["course", "other"] {
                try await ends.store.takeouts.add(.sample(of: ada, in: instance), most: 5)
            }
            _ = try await ends.storage.prepare(.handOut(course.name), owner: nil, quota: nil)
            _ = try await ends.storage.prepare(.handOut(other.name), owner: nil, quota: nil)
            for (group, instance) in [("team", course.id), ("empty", course.id), ("others", other.id), ("hub", nil)] {
                let name = try GroupName(group)
                try await ends.store.groups.add(GroupRecord(name: name, createdAt: noon, instanceId: instance))
                guard group != "empty" else { continue }
                let path = try await ends.storage.prepare(.project(name), owner: nil, quota: nil)
                try "kept?".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            }

            try await ends.live(days: 7)
            #expect(try await ends.instance()?.state == .ended)
            try await ends.live(days: 1)
            #expect(try await ends.instance() == nil)

            let kept = try await ends.storage.usages().keys
            #expect(Set(kept) == [HomeID(instance: "other", slug: "ada"), HomeID(instance: "default", slug: "ada")])
            let (hub, others) = (try GroupName("hub"), try GroupName("others"))
            #expect(
                try await Set(ends.storage.commonUsages().keys) == [
                    .handOut(other.name), .project(hub), .project(others),
                ]
            )
            #expect(try await ends.store.groups.all().map(\.name) == [hub, others])
            for name in [hub, others] {
                #expect(FileManager.default.fileExists(atPath: ends.storage.path(of: .project(name)) + "/file"))
            }
            #expect(try await ends.store.users.all().map(\.name.text) == ["ada"])
            #expect(try await ends.store.takeouts.ids() == ["other"], "no copy of a home of the course is kept")
            #expect(try await ends.store.instanceMembers.places(of: ada.id ?? 0).keys.map(\.self) == [other.id])

            let record = try #require(try await ends.store.instanceEnds.deletions().first)
            let report = try record.report()
            #expect(report.homes.map(\.name) == ["ada", "gone", "pupil"])
            #expect(report.homes.allSatisfy { $0.deletedAt != nil })
            #expect(report.accounts == ["pupil"])
            #expect(report.members == ["ada", "pupil"])
            #expect(report.handOutDeletedAt != nil)
            #expect(report.groups?.map(\.name) == ["empty", "team"])
            #expect(report.groups?.allSatisfy { $0.deletedAt != nil } == true)
            #expect(report.endedAt == noon + day)
            let paper = try #require(try DeletionPaper.text(of: record, key: ends.key))
            #expect(DeletionPaper.isGenuine(paper, key: ends.key))
            #expect(!DeletionPaper.isGenuine(paper.replacing("pupil", with: "pupal"), key: ends.key))
            let stranger = try #require(RecordKey(bytes: Data(repeating: 1, count: 32)))
            #expect(!DeletionPaper.isGenuine(paper, key: stranger))
        }
    }

    @Test func `deletes nothing when the clock jumps far ahead, before it went on for an hour`() async throws {
        try await withEnds { ends in
            _ = try await ends.addCourse()
            try await ends.live(days: 1)
            ends.clock.advance(by: 300 * day)
            try await ends.settle()
            #expect(try await ends.instance()?.state == .ended)
            ends.clock.advance(by: -300 * day)
            try await ends.settle()
            ends.clock.advance(by: 3 * 3600)
            try await ends.settle()
            #expect(try await ends.instance()?.state == .ended)

            ends.clock.advance(by: 300 * day)
            try await ends.settle()
            #expect(try await ends.instance()?.state == .ended)
            ends.clock.advance(by: 3600)
            try await ends.settle()
            #expect(try await ends.instance() == nil)
        }
    }

    @Test func `opens an instance again whose end is moved, and refuses an end in the past`() async throws {
        try await withEnds { ends in
            let course = try await ends.addCourse()
            try await ends.live(days: 2)
            #expect(try await ends.instance()?.state == .ended)
            await #expect(throws: StoreError.instanceEndPast("course")) {
                try await ends.store.instanceEnds.move(course.name, to: noon + day, at: ends.clock.now)
            }
            try await ends.store.instanceEnds.move(course.name, to: noon + 30 * day, at: ends.clock.now)
            try await ends.live(days: 10)
            #expect(try await ends.instance()?.state == .open)
            #expect(try await ends.instance()?.endedAt == nil)
        }
    }

    @Test func `goes on with a deletion that was cut short, whose report knows of a home that is gone`() async throws {
        try await withEnds { ends in
            let name = try await ends.store.instances.make(InstanceSettings(name: "lab"), by: nil, at: noon).name
            _ = try await ends.storage.prepare(HomeID(instance: "lab", slug: "bob"), owner: nil, quota: nil)
            try await ends.store.instanceEnds.beginDeletion(name, because: .command, by: "root", at: noon)
            let record = try #require(try await ends.store.instanceEnds.deletionUnderWay(of: name))
            var report = try record.report()
            report.homes = [DeletionReport.Home(name: "ada", bytes: 5, restorePoints: 1)]
            try await ends.store.instanceEnds.note(report, of: record.id ?? 0)
            try await ends.settle("lab")
            let done = try #require(try await ends.store.instanceEnds.deletion(record.id ?? 0)?.report())
            #expect(done.homes.map(\.name) == ["ada", "bob"])
            #expect(done.homes.allSatisfy { $0.deletedAt != nil })
            #expect(done.by == "root")
        }
    }

    @Test func `stays at it while something in the instance's folder can't be removed`() async throws {
        try await withEnds { ends in
            let name = try await ends.store.instances.make(InstanceSettings(name: "lab"), by: nil, at: noon).name
            try FileManager.default.createDirectory(
                atPath: ends.homes + "/lab/.strange",
                withIntermediateDirectories: true,
            )
            try await ends.store.instanceEnds.beginDeletion(name, because: .command, at: noon)
            _ = try await ends.keeper.look()
            #expect(try await ends.instance("lab")?.state == .deleting)
            try FileManager.default.removeItem(atPath: ends.homes + "/lab/.strange")
            try await ends.settle("lab")
            #expect(try await ends.instance("lab") == nil)
        }
    }
}

@Suite struct `Instances that can't be deleted` {
    @Test func `the default one, and one that the file offers`() async throws {
        let store = try Store.inMemory()
        await #expect(throws: StoreError.instanceIsDefault) {
            try await store.instanceEnds.beginDeletion(.default, because: .command, at: noon)
        }
        _ = try await store.instances.adopt([InstanceSettings(name: "lab")], at: noon)
        let lab = try InstanceName("lab")
        await #expect(throws: StoreError.instanceInFile("lab")) {
            try await store.instanceEnds.beginDeletion(lab, because: .command, at: noon)
        }
        _ = try await store.instances.adopt([], at: noon)
        #expect(try await store.instances.named(lab)?.state == .archived)
        try await store.instanceEnds.beginDeletion(lab, because: .command, at: noon)
        #expect(try await store.instances.named(lab)?.state == .deleting)
    }

    @Test func `a date in the past is refused, in the file and elsewhere`() async throws {
        let store = try Store.inMemory()
        var past = InstanceSettings(name: "course")
        past.kind = .temporary
        past.ends = EndTime(noon - 1)
        let adoption = try await store.instances.adopt([past], at: noon)
        #expect(adoption.refused[try InstanceName("course")] == .instanceEndPast("course"))
        await #expect(throws: StoreError.instanceEndPast("course")) {
            try await store.instances.make(past, by: nil, at: noon)
        }
        var good = past
        good.ends = EndTime(noon + 10)
        _ = try await store.instances.adopt([good], at: noon)
        let later = try await store.instances.adopt([past], at: noon)
        #expect(later.refused.keys.map(\.self) == [try InstanceName("course")])
        #expect(try await store.instances.named(InstanceName("course"))?.endsAt == noon + 10)
    }

    @Test func `nothing starts in one that is being deleted`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        let lab = try await store.instances.make(InstanceSettings(name: "lab"), by: nil, at: noon)
        try await store.instanceEnds.beginDeletion(lab.name, because: .command, at: noon)
        await #expect(throws: StoreError.instanceOver("lab")) {
            try await store.servers.request(lab.name.server, ofUser: user.id ?? 0, in: lab.id ?? 0, at: noon)
        }
    }
}

extension TakeoutRecord {
    /// An archive of somebody's home in an instance, with the instance's name as its id.
    fileprivate static func sample(of user: UserRecord, in instance: String) -> TakeoutRecord {
        TakeoutRecord(
            id: instance,
            userId: user.id ?? 0,
            instance: instance,
            slug: user.name.unixName,
            path: "",
            format: "zip",
            leavesCachesOut: false,
            folder: user.name.unixName,
            fileName: "\(user.name).zip",
            createdAt: noon,
        )
    }
}

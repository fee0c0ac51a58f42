import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Instances in the store` {
    let store: Store
    let alice: UserRecord
    let bob: UserRecord

    init() async throws {
        store = try Store.inMemory()
        alice = try await store.addUser("alice")
        bob = try await store.addUser("bob")
    }

    private func settings(_ name: String, _ change: (inout InstanceSettings) -> Void = { _ in }) -> InstanceSettings {
        var settings = InstanceSettings(name: name)
        change(&settings)
        return settings
    }

    private var standard: InstanceSettings { InstanceSettings(name: "default") }

    @Test func `the default instance is there from the beginning, and earlier servers are in it`() async throws {
        #expect(try await store.instances.all().map(\.name) == [.default])
        let server = try await store.servers.request(.default, ofUser: alice.id ?? 0, at: noon)
        #expect(server.instanceId == InstanceRecord.defaultID)
        let owned = try await store.servers.find(ServerKey(user: alice.name))
        #expect(owned?.instance.name == .default)
    }

    @Test func `the file's instances come, change, go to the archive and come back`() async throws {
        let course = settings("course")
        #expect(try await store.instances.adopt([standard, course], at: noon).added == [try InstanceName("course")])
        #expect(try await store.instances.adopt([standard, course], at: noon) == InstanceAdoption())
        let other = settings("course") { $0.title = "Course" }
        #expect(try await store.instances.adopt([standard, other], at: noon).changed == [try InstanceName("course")])
        #expect(try await store.instances.adopt([standard], at: noon).archived == [try InstanceName("course")])
        #expect(try await store.instances.named(InstanceName("course"))?.state == .archived)
        #expect(try await store.instances.adopt([standard, other], at: noon).changed == [try InstanceName("course")])
        #expect(try await store.instances.named(InstanceName("course"))?.state == .open)
    }

    @Test func `an instance of a page stays when the file doesn't have it, and the file can't take its name`()
        async throws
    {
        let course = settings("course") { $0.title = "Made on a page" }
        try await store.instances.add(InstanceRecord(course, origin: .page, createdAt: noon))
        #expect(try await store.instances.adopt([standard], at: noon) == InstanceAdoption())
        let refused = try await store.instances.adopt([standard, settings("course")], at: noon).refused
        #expect(refused == [try InstanceName("course"): .instanceExists("course")])
        #expect(try await store.instances.named(InstanceName("course"))?.settings.title == "Made on a page")
    }

    @Test func `the kind of an instance in use stays`() async throws {
        let course = settings("course")
        _ = try await store.instances.adopt([standard, course], at: noon)
        let record = try #require(try await store.instances.named(InstanceName("course")))
        _ = try await store.servers.request(
            ServerName("course"),
            ofUser: alice.id ?? 0,
            in: record.id ?? 0,
            at: noon,
        )
        let ephemeral = settings("course") { $0.kind = .ephemeral }
        let refused = try await store.instances.adopt([standard, ephemeral], at: noon).refused
        #expect(refused == [try InstanceName("course"): .instanceInUse("course")])
        #expect(try await store.instances.named(InstanceName("course"))?.settings.kind == .persistent)
    }

    @Test func `the kind of an instance stays whose users were removed, as their homes are kept`() async throws {
        let lab = settings("lab")
        _ = try await store.instances.adopt([standard, lab], at: noon)
        let record = try #require(try await store.instances.named(InstanceName("lab")))
        let server = try await store.servers.request(
            ServerName("lab"),
            ofUser: alice.id ?? 0,
            in: record.id ?? 0,
            at: noon,
        )
        let id = try #require(server.id)
        try await store.beginStart(server, secret: "server")
        try await store.servers.finish(id, failure: nil)
        try await store.servers.requestStop(id)
        #expect(try await store.users.remove(alice.name))
        let ephemeral = settings("lab") { $0.kind = .ephemeral }
        let refused = try await store.instances.adopt([standard, ephemeral], at: noon).refused
        #expect(refused == [try InstanceName("lab"): .instanceInUse("lab")])
    }

    @Test func `an end that a manager moved holds until the file moves it`() async throws {
        let first = settings("course") { settings in
            settings.kind = .temporary
            settings.ends = EndTime(noon.addingTimeInterval(86_400))
        }
        _ = try await store.instances.adopt([standard, first], at: noon)
        let moved = noon.addingTimeInterval(2 * 86_400)
        try await store.instances.change(InstanceName("course")) { $0.endsAt = moved }
        var renamed = first
        renamed.title = "Course"
        _ = try await store.instances.adopt([standard, renamed], at: noon)
        #expect(try await store.instances.named(InstanceName("course"))?.endsAt == moved)
        renamed.ends = EndTime(noon.addingTimeInterval(3 * 86_400))
        _ = try await store.instances.adopt([standard, renamed], at: noon)
        #expect(try await store.instances.named(InstanceName("course"))?.endsAt == renamed.ends?.date)
    }

    @Test func `a name at work in the default instance isn't taken away`() async throws {
        let server = try await store.servers.request(ServerName("course"), ofUser: alice.id ?? 0, at: noon)
        let refused = try await store.instances.adopt([standard, settings("course")], at: noon).refused
        #expect(refused == [try InstanceName("course"): .instanceNameTaken("course")])
        try await store.servers.requestStop(server.id ?? 0)
        try await store.servers.finish(server.id ?? 0, failure: nil)
        #expect(try await store.instances.adopt([standard, settings("course")], at: noon).refused.isEmpty)
        #expect(try await store.servers.find(ServerKey(user: alice.name, server: ServerName("course"))) == nil)
    }

    @Test func `of many who want the last place one gets it`() async throws {
        var people: [Int64] = []
        for number in 0..<20 { people.append(try await store.addUser("student\(number)").id ?? 0) }
        let record = try await store.instances.add(
            InstanceRecord(settings("course") { $0.places = 1 }, origin: .page, createdAt: noon)
        )
        let members = store.instanceMembers
        let joined = await withTaskGroup(of: Bool.self) { group in
            for id in people {
                group.addTask { (try? await members.join(id, record, as: .member, at: noon)) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(joined == 1)
        #expect(try await members.all(in: record.id ?? 0).count == 1)
        try await members.join(alice.id ?? 0, record, as: .manager, at: noon)
        #expect(try await members.find(user: alice.id ?? 0, in: record.id ?? 0)?.role == .manager)
    }

    @Test func `other terms must be agreed to anew`() async throws {
        var record = try await store.instances.add(
            InstanceRecord(
                settings("course") { $0.terms = [TermsSettings(name: "use")] },
                origin: .page,
                createdAt: noon,
            )
        )
        let members = store.instanceMembers
        #expect(try await !members.hasAgreed(alice.id ?? 0, to: record))
        try await members.agree(alice.id ?? 0, to: record, at: noon)
        #expect(try await members.hasAgreed(alice.id ?? 0, to: record))
        #expect(try await !members.hasAgreed(bob.id ?? 0, to: record))
        var changed = record.settings
        changed.terms[0].title = "the new terms"
        try record.setSettings(changed)
        #expect(try await !members.hasAgreed(alice.id ?? 0, to: record))
    }

    @Test func `messages are said for a time, and taken back`() async throws {
        let messages = store.instanceMessages
        let said = try await messages.add(
            InstanceMessageRecord(
                instanceId: 1,
                text: " Hello ",
                createdAt: noon,
                createdBy: "anna",
                endsAt: noon.addingTimeInterval(60),
            )
        )
        #expect(try await messages.current(in: 1, at: noon).map(\.text) == ["Hello"])
        #expect(try await messages.current(in: 1, at: noon.addingTimeInterval(60)).isEmpty)
        #expect(try await messages.current(in: 2, at: noon).isEmpty)
        try await messages.withdraw(said.id ?? 0, in: 2)
        #expect(try await messages.current(in: 1, at: noon).count == 1)
        try await messages.withdraw(said.id ?? 0, in: 1)
        #expect(try await messages.current(in: 1, at: noon).isEmpty)
        await #expect(throws: StoreError.textMissing) {
            try await messages.add(
                InstanceMessageRecord(instanceId: 1, text: " ", createdAt: noon, createdBy: "anna", endsAt: nil)
            )
        }
    }
}

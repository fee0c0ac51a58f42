import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Groups of an instance` {
    let store: Store
    let course: InstanceRecord
    let team: GroupName
    let climate: GroupName
    let ada: UserRecord

    init() async throws {
        store = try Store.inMemory()
        var settings = InstanceSettings(name: "course")
        settings.entry = [.invitation]
        settings.managers = ["teacher"]
        course = try await store.instances.make(settings, by: nil, at: noon)
        (team, climate) = (try GroupName("team"), try GroupName("climate"))
        ada = try await store.addUser("ada")
        try await store.addUser("bob")
        try await store.addUser("teacher")
        try await store.addUser("root", isAdmin: true)
        try await store.groups.add(GroupRecord(name: climate, createdAt: noon))
        try await store.groups.add(GroupRecord(name: team, createdAt: noon, instanceId: course.id))
        try await store.instanceMembers.join(ada.id ?? 0, course, as: .member, at: noon)
    }

    @Test func `take nobody but its people`() async throws {
        for inside in ["ada", "teacher", "root"] { try await store.groups.addMembers([.named(inside)], to: team) }
        await #expect(throws: StoreError.notInInstance("bob", "course")) {
            try await store.groups.addMembers([.named("bob")], to: team)
        }
        await #expect(throws: StoreError.notInInstance("bob", "course")) {
            try await store.groups.addMembers([.named("bob")], to: team, as: .manager)
        }
        try await store.groups.addMembers([.named("bob")], to: climate)
        #expect(try await store.groups.members(of: team).map(\.text) == ["ada", "root", "teacher"])
    }

    @Test func `take those who may enter by a group, or because everybody may`() async throws {
        for entry in [EntryWay.group, .account] {
            var settings = InstanceSettings(name: "by-\(entry.rawValue)")
            settings.entry = [entry]
            settings.groups = ["climate"]
            let other = try await store.instances.make(settings, by: nil, at: noon)
            let name = try GroupName("of-\(entry.rawValue)")
            try await store.groups.add(GroupRecord(name: name, createdAt: noon, instanceId: other.id))
            if entry == .group {
                await #expect(throws: StoreError.self) { try await store.groups.addMembers([.named("bob")], to: name) }
                try await store.groups.addMembers([.named("bob")], to: climate)
            }
            try await store.groups.addMembers([.named("bob")], to: name)
        }
    }

    @Test func `show their folders in its servers only`() async throws {
        try await store.groups.addMembers([ada.name], to: team)
        try await store.groups.addMembers([ada.name], to: climate)
        func shown(_ instance: Int64) async throws -> [String] {
            try await store.groups.places(ofUser: ada.id ?? 0, shownIn: instance).map(\.group.name.text)
        }
        #expect(try await shown(course.id ?? 0) == ["climate", "team"])
        #expect(try await shown(InstanceRecord.defaultID) == ["climate"])
    }

    @Test func `lose who leaves it, and can't be removed before it`() async throws {
        try await store.groups.addMembers([ada.name], to: team)
        try await store.groups.addMembers([ada.name], to: climate)
        try await store.instanceMembers.leave(ada.id ?? 0, course.id ?? 0)
        #expect(try await store.groups.members(of: team).isEmpty)
        #expect(try await store.groups.members(of: climate) == [ada.name])
        await #expect(throws: StoreError.groupOfInstance("team")) { try await store.groups.remove(team) }
        try await store.groups.remove(climate)
    }
}

import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Groups in the store` {
    let store: Store
    let ecology: GroupName
    let alice: UserName
    let bob: UserName

    init() async throws {
        store = try Store.inMemory()
        ecology = try GroupName("ecology")
        alice = try .named("alice")
        bob = try .named("bob")
        try await store.addUser("alice")
        try await store.addUser("bob")
        try await store.groups.add(GroupRecord(name: ecology, createdAt: noon))
    }

    @Test func `users join and leave`() async throws {
        try await store.groups.addMembers([alice, bob, alice], to: ecology)
        #expect(try await store.groups.members(of: ecology) == [alice, bob])
        try await store.groups.removeMembers([alice, alice], from: ecology)
        #expect(try await store.groups.members(of: ecology) == [bob])
    }

    @Test func `nobody joins with somebody who doesn't exist`() async throws {
        await #expect(throws: StoreError.noSuchUser("carol")) {
            try await store.groups.addMembers([alice, .named("carol")], to: ecology)
        }
        #expect(try await store.groups.members(of: ecology).isEmpty)
    }

    @Test func `groups of one name in two cases are refused`() async throws {
        await #expect(throws: StoreError.groupExists("ecology")) {
            try await store.groups.add(GroupRecord(name: GroupName("Ecology"), createdAt: noon))
        }
        #expect(try await store.groups.named(GroupName("ECOLOGY")) == nil)
    }

    @Test func `a removed user is in no group, and a removed group has no members`() async throws {
        let soil = try GroupName("soil")
        try await store.groups.add(GroupRecord(name: soil, createdAt: noon))
        try await store.groups.addMembers([alice, bob], to: ecology)
        try await store.groups.addMembers([bob], to: soil)
        #expect(try await store.users.remove(bob))
        #expect(try await store.groups.members(of: soil).isEmpty)
        try await store.groups.remove(ecology)
        #expect(try await store.groups.byUser().isEmpty)
        #expect(try await store.users.all().map(\.name) == [alice])
    }

    @Test func `a group's number is never another's`() async throws {
        let first = try await store.groups.named(ecology)?.id
        try await store.groups.remove(ecology)
        let second = try await store.groups.add(GroupRecord(name: ecology, createdAt: noon)).id
        #expect(first != nil && first != second)
    }

    @Test func `several groups come with their members, or none comes`() async throws {
        let (air, sea) = (try GroupName("air"), try GroupName("sea"))
        let added = try await store.groups.add(
            [GroupRecord(name: sea, createdAt: noon), GroupRecord(name: air, createdAt: noon)],
            members: [bob],
        )
        #expect(added.map(\.name) == [sea, air])
        #expect(try await store.groups.withMembers(air)?.members == [bob])
        let soil = GroupRecord(name: try GroupName("soil"), createdAt: noon)
        await #expect(throws: StoreError.groupExists("air")) {
            try await store.groups.add([soil, GroupRecord(name: GroupName("AIR"), createdAt: noon)], members: [])
        }
        await #expect(throws: StoreError.noSuchUser("carol")) {
            try await store.groups.add([soil], members: [.named("carol")])
        }
        #expect(try await store.groups.all().count == 3)
    }

    @Test func `groups are read part by part, the oldest first`() async throws {
        for name in ["sea", "air"] { try await store.groups.add(GroupRecord(name: GroupName(name), createdAt: noon)) }
        try await store.groups.addMembers([alice], to: GroupName("sea"))
        let part = try await store.groups.page(of: nil, offset: 1, limit: 1)
        #expect(part.groups.map(\.group.name.text) == ["sea"])
        #expect(part.groups.first?.members == [alice])
        #expect(part.total == 3)
        let named = try await store.groups.page(of: ["air", "SEA", "none"], offset: 0, limit: 9)
        #expect(named.groups.map(\.group.name.text) == ["air"])
        #expect(named.total == 1)
    }

    @Test func `who is in which group is told of those that exist by exactly that name`() async throws {
        try await store.groups.addMembers([alice, bob], to: ecology)
        let found = try await store.groups.members(ofEach: [ecology, GroupName("Ecology"), GroupName("none")])
        #expect(found == [ecology: [alice, bob]])
    }

    @Test func `a granted request puts its user into the group, or stays open`() async throws {
        let id = try #require(try await store.users.named(alice)?.id)
        let made = try await store.requests.add(
            RequestRecord(userId: id, kind: .group, text: "ecology", createdAt: noon)
        )
        let request = try #require(made.id)
        let gone = try GroupName("gone")
        await #expect(throws: StoreError.noSuchGroup("gone")) {
            try await store.requests.answer(request, with: .granted, answer: "", by: bob, group: gone, at: noon)
        }
        #expect(try await store.requests.withID(request)?.request.state == .open)
        try await store.requests.answer(request, with: .granted, answer: "", by: bob, group: ecology, at: noon)
        #expect(try await store.groups.members(of: ecology) == [alice])
    }

    @Test func `everybody's groups are listed by name`() async throws {
        try await store.groups.add(GroupRecord(name: GroupName("air"), createdAt: noon))
        try await store.groups.addMembers([alice], to: ecology)
        try await store.groups.addMembers([alice, bob], to: GroupName("air"))
        let byUser = try await store.groups.byUser()
        let id = try #require(try await store.users.named(alice)?.id)
        #expect(byUser[id]?.map(\.name.text) == ["air", "ecology"])
        #expect(try await store.groups.all(ofUser: id) == byUser[id])
        #expect(byUser.count == 2)
    }
}

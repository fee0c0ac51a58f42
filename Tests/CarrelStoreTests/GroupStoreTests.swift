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

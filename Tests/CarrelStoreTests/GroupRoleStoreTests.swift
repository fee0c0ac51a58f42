import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

/// The roles of their members.
extension `Groups in the store` {
    private func roles() async throws -> [UserName: GroupRole]? {
        try await store.groups.withMembers(ecology)?.roles
    }

    @Test func `who joins without a role is a member, and joining again changes nothing`() async throws {
        try await store.groups.addMembers([alice], to: ecology, as: .manager)
        try await store.groups.addMembers([alice, bob], to: ecology)
        #expect(try await roles() == [alice: .manager, bob: .member])
        let id = try #require(try await store.users.named(alice)?.id)
        #expect(try await store.groups.places(ofUser: id).map(\.role) == [.manager])
    }

    @Test func `joining with a role gives it to who is in too`() async throws {
        try await store.groups.addMembers([alice], to: ecology)
        try await store.groups.addMembers([alice, bob], to: ecology, as: .reader)
        #expect(try await roles() == [alice: .reader, bob: .reader])
    }

    @Test func `only a member gets another role`() async throws {
        try await store.groups.addMembers([alice], to: ecology)
        try await store.groups.setRole(.dataManager, of: alice, in: ecology)
        #expect(try await roles() == [alice: .dataManager])
        await #expect(throws: StoreError.notMember("bob", of: "ecology")) {
            try await store.groups.setRole(.reader, of: bob, in: ecology)
        }
    }

    @Test func `the last manager stays unless it is meant`() async throws {
        let groups = store.groups
        try await groups.addMembers([alice], to: ecology, as: .manager)
        try await groups.addMembers([bob], to: ecology)
        let refused = StoreError.lastManager("ecology")
        await #expect(throws: refused) { try await groups.removeMembers([alice, bob], from: ecology, .stays) }
        await #expect(throws: refused) { try await groups.setRole(.member, of: alice, in: ecology, .stays) }
        await #expect(throws: refused) { try await groups.addMembers([alice, bob], to: ecology, as: .reader, .stays) }
        #expect(try await roles() == [alice: .manager, bob: .member])

        try await groups.removeMembers([bob], from: ecology, .stays)
        try await groups.addMembers([bob], to: ecology, as: .manager, .stays)
        try await groups.setRole(.member, of: alice, in: ecology, .stays)
        try await groups.removeMembers([bob], from: ecology, .mayGo)
        try await groups.removeMembers([alice], from: ecology, .stays)
        #expect(try await roles() == [:])
    }
}

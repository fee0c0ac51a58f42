import Testing

@testable import CarrelAuth

private let alice = ScopeSet.Owner.user("alice")
private let aliceServer = OAuthResource.server(user: "alice", name: "")

/// Ada and Bob are in `lab`, Ada also in `field`.
private let members = GroupMembership { user, group in
    ["lab": ["ada", "bob"], "field": ["ada"]][group]?.contains(user) ?? false
}

@Suite struct RoleAndTokenTests {
    @Test(arguments: [
        ("user", true), ("a-b_c~d.9", true), ("abc", true), ("ab", false), ("9ab", false), ("ab-", false),
        ("Abc", false), ("a b c", false), ("åbc", false), ("", false),
    ])
    func `a role's name has its pattern`(_ name: String, _ isFit: Bool) {
        #expect(((try? Role(name: name, phrase: "", scopes: [])) != nil) == isFit)
        #expect((try? Role(name: name + String(repeating: "x", count: 256), phrase: "", scopes: [])) == nil)
    }

    @Test func `the default roles are JupyterHub's`() {
        #expect(Role.defaults.map(\.name) == ["user", "admin", "server", "token"])
        #expect(Role.server.scopes.map(\.text) == ["users:activity!user", "access:servers!server"])
    }

    @Test func `a server's token reports activity, opens its own server and says who it is`() {
        let owner = ScopeSet(expanding: Role.user.scopes, owner: alice)
        let held = TokenScopes.effective(TokenScopes.ofServer, owner: alice, resource: aliceServer, ownerScopes: owner)
        #expect(
            held.texts == [
                "access:servers!server=alice/", "read:users:activity!user=alice", "read:users:groups!user=alice",
                "read:users:name!user=alice", "users:activity!user=alice",
            ]
        )
    }

    @Test func `a token never holds more than its owner does now`() throws {
        let owner = ScopeSet(expanding: Role.user.scopes, owner: alice)
        let stored = try Scope.list(["admin:users", "servers!user=alice", "servers!user=bob", "read:hub"])
        let held = TokenScopes.effective(stored, owner: alice, ownerScopes: owner)
        #expect(held.isSubset(of: owner) && held.allows(.startServers, on: .user("alice")))
        #expect(!held.allows(.startServers, on: .user("bob")) && !held.allows(.readHub))
        #expect(TokenScopes.effective(stored, owner: alice, ownerScopes: .none).isEmpty)
    }

    @Test func `a token that inherits follows its owner`() throws {
        let owner = ScopeSet(expanding: Role.user.scopes + [Scope(.readHub)], owner: alice)
        #expect(TokenScopes.effective(Role.token.scopes, owner: alice, ownerScopes: owner) == owner)
    }

    @Test func `a visitor let in by group holds the scope of the very server`() throws {
        let owner = ScopeSet(expanding: try Scope.list(["self", "access:servers!group=lab"]), owner: .user("ada"))
        let resource = OAuthResource.server(user: "bob", name: "x")
        let held = TokenScopes.effective(
            TokenScopes.required(for: resource),
            owner: .user("ada"),
            resource: resource,
            ownerScopes: owner,
            membership: members
        )
        #expect(
            held.texts == ["access:servers!server=bob/x", "read:users:groups!user=ada", "read:users:name!user=ada"]
        )
    }
}

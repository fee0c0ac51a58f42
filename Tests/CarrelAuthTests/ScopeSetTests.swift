import CarrelTestSupport
import Testing

@testable import CarrelAuth

private let alice = ScopeSet.Owner.user("alice")
private let aliceServer = OAuthResource.server(user: "alice", name: "")

/// Ada and Bob are in `lab`, Ada also in `field`.
private let members = GroupMembership { user, group in
    ["lab": ["ada", "bob"], "field": ["ada"]][group]?.contains(user) ?? false
}

private func expand(
    _ texts: [String],
    owner: ScopeSet.Owner? = nil,
    resource: OAuthResource? = nil,
    inherited: ScopeSet = .none
) throws -> ScopeSet {
    ScopeSet(expanding: try Scope.list(texts), owner: owner, resource: resource, inherited: inherited)
}

@Suite struct ScopeExpansionTests {
    /// What JupyterHub 6.1.1's own expansion gives.
    @Test(
        arguments: [
            (
                ["servers!server=alice/x"],
                [
                    "delete:servers!server=alice/x", "read:servers!server=alice/x", "servers!server=alice/x",
                    "start:servers!server=alice/x",
                ]
            ),
            (["users!server=a/"], ["list:users!server=a/", "users!server=a/", "users:activity!server=a/"]),
            (
                ["servers!group=g", "read:servers"],
                [
                    "delete:servers!group=g", "read:servers", "read:users:name", "servers!group=g",
                    "start:servers!group=g",
                ]
            ),
            (
                ["admin:users!user=x"],
                [
                    "admin:auth_state!user=x", "admin:users!user=x", "delete:users!user=x", "list:users!user=x",
                    "read:roles:users!user=x", "read:users!user=x", "read:users:activity!user=x",
                    "read:users:groups!user=x", "read:users:name!user=x", "users!user=x", "users:activity!user=x",
                ]
            ),
            (
                ["shares!server=alice/"],
                [
                    "access:servers!server=alice/", "groups:shares!server=alice/", "read:groups:shares!server=alice/",
                    "read:shares!server=alice/", "shares!server=alice/", "users:shares!server=alice/",
                ]
            ),
            (["tokens!user=b"], ["read:tokens!user=b", "tokens!user=b"]), (["(no_scope)"], ["(no_scope)"]), ([], []),
            (
                ["read:users!user=x", "users"],
                [
                    "list:users", "read:users", "read:users:activity", "read:users:groups", "read:users:name", "users",
                    "users:activity",
                ]
            ),
        ] as [([String], [String])]
    )
    func `sub-scopes are listed with their filter`(_ texts: [String], _ expanded: [String]) throws {
        #expect(try expand(texts).texts == expanded)
    }

    @Test func `self is a user's own, and nothing for a service`() throws {
        #expect(
            try expand(["self"], owner: alice).texts == [
                "access:servers!user=alice", "delete:servers!user=alice", "read:servers!user=alice",
                "read:shares!user=alice",
                "read:tokens!user=alice", "read:users!user=alice", "read:users:activity!user=alice",
                "read:users:groups!user=alice",
                "read:users:name!user=alice", "read:users:shares!user=alice", "servers!user=alice",
                "start:servers!user=alice",
                "tokens!user=alice", "users:activity!user=alice", "users:shares!user=alice",
            ]
        )
        #expect(try expand(["self"], owner: .service("cull")).isEmpty)
        #expect(try expand(["self"]).isEmpty)
    }

    @Test func `the admin role comes to everything, unfiltered`() {
        let admin = ScopeSet(expanding: Role.admin.scopes, owner: .user("root"))
        #expect(admin.texts.count == 45 && admin.texts.allSatisfy { !$0.contains("!") })
        for name in ScopeTable.standard.names where ![.noScope, .own, .inherit].contains(name) {
            #expect(admin.allows(name), "\(name)")
        }
    }

    @Test func `bare filters mean the owner, and nothing without one`() throws {
        let texts = ["users:activity!user", "access:servers!server", "access:services!service"]
        #expect(
            try expand(texts, owner: alice, resource: aliceServer).texts
                == ["access:servers!server=alice/", "read:users:activity!user=alice", "users:activity!user=alice"]
        )
        #expect(
            try expand(texts, owner: .service("a"), resource: nil).texts == ["access:services!service=a"]
        )
        #expect(
            try expand(texts, owner: alice, resource: .service("b")).texts.first == "access:services!service=b"
        )
        #expect(try expand(texts).isEmpty)
    }

    @Test func `inherit is what the owner has at the time of use`() throws {
        let owner = try expand(["self"], owner: alice)
        #expect(try expand(["inherit"], owner: alice, inherited: owner) == owner)
        #expect(try expand(["inherit"], owner: alice).isEmpty)
    }

    @Test func `a scope on all takes in a scope on some, in either order`() throws {
        #expect(try expand(["proxy", "proxy!user=a"]) == expand(["proxy!user=a", "proxy"]))
        #expect(try expand(["proxy!user=a", "proxy"]).texts == ["proxy"])
    }
}

@Suite struct ScopeDecisionTests {
    @Test(
        arguments: [
            (["read:users"], "read:users:name", nil, true), (["read:users"], "read:users:name", "user=ada", true),
            (["read:users:name"], "read:users", "user=ada", false),
            (["read:users!user=ada"], "read:users:name", "user=ada", true),
            (["read:users!user=ada"], "read:users", nil, false),
            (["read:users!user=ada"], "read:users", "user=bob", false),
            (["read:users!user=ada"], "read:users", "user=adam", false),
            (["read:users!user=adam"], "read:users", "user=ada", false),
            (["servers!user=ada"], "start:servers", "server=ada/x", true),
            (["servers!user=ada"], "start:servers", "server=ada/", true),
            (["servers!server=ada/x"], "start:servers", "server=ada/x", true),
            (["servers!server=ada/x"], "start:servers", "server=ada/", false),
            (["servers!server=ada/x"], "start:servers", "user=ada", false),
            (["servers!server=ada/"], "start:servers", "server=ada/x", false),
            (["read:users!group=lab"], "read:users", "user=bob", true),
            (["read:users!group=lab"], "read:users", "user=eve", false),
            (["read:users!group=field"], "read:users", "user=bob", false),
            (["servers!group=lab"], "servers", "server=bob/x", true),
            (["servers!group=field"], "servers", "server=bob/x", false),
            (["read:groups!group=lab"], "read:groups:name", "group=lab", true),
            (["read:groups!group=lab"], "read:groups", "group=field", false),
            (["read:groups!user=lab"], "read:groups", "group=lab", false),
            (["read:users!group=ada"], "read:users", "user=ada", false),
            (["access:services!service=x"], "access:services", "service=x", true),
            (["access:services!service=x"], "access:services", "service=y", false),
            (["access:servers!user=x"], "access:servers", "service=x", false),
            (["users"], "delete:users", "user=ada", false), (["admin:users"], "tokens", "user=ada", false),
            ([], "read:users", "user=ada", false),
        ] as [([String], String, String?, Bool)]
    )
    func `a permission reaches whom it is for`(_ held: [String], _ name: String, _ target: String?, _ isAllowed: Bool)
        throws
    {
        let scope = try #require(ScopeTable.standard.name(name))
        let filter = try target.map { try #require(ScopeFilter($0[...])) }
        #expect(try expand(held).allows(scope, on: filter, members) == isAllowed)
    }

    @Test func `a permission in part lets a list be filtered`() throws {
        let set = try expand(["read:users!user=ada", "list:groups"])
        #expect(set.reach(of: .readUsers) == .only([.user("ada")]))
        #expect(set.reach(of: .listGroups) == .everything)
        #expect(set.reach(of: .tokens) == nil)
    }

    @Test func `names that look alike but differ in bytes are two people`() throws {
        let set = try expand(["read:users!user=ren\u{E9}"])
        #expect(!set.allows(.readUsers, on: .user("rene\u{301}")))
        #expect(!set.allows(.readServers, on: .server(user: "rene\u{301}", name: "")))
        #expect(try expand(["read:users!user=ren\u{E9}", "read:users!user=rene\u{301}"]).scopes.count == 8)
    }

    @Test(
        arguments: [
            (["read:users:name"], ["read:users:name!user=ada"], ["read:users:name!user=ada"]),
            (
                ["start:servers!user=ada", "start:servers!server=bob/x"],
                ["start:servers!server=ada/y", "start:servers!user=bob"],
                ["start:servers!server=ada/y", "start:servers!server=bob/x"]
            ),
            (
                ["start:servers!server=ada/b"], ["start:servers!user=ada", "start:servers!server=eve/"],
                ["start:servers!server=ada/b"]
            ),
            (["start:servers!user=ada"], ["start:servers!group=field"], ["start:servers!user=ada"]),
            (["start:servers!user=bob"], ["start:servers!group=field"], []),
            (["proxy!group=lab"], ["proxy!group=field"], []),
            (["proxy!group=lab", "proxy!user=ada"], ["proxy!group=lab"], ["proxy!group=lab", "proxy!user=ada"]),
            (["start:servers!server=bob/x"], ["start:servers!group=lab"], ["start:servers!server=bob/x"]),
            (
                ["access:services!service=a"], ["access:services!service=a", "access:services!service=b"],
                ["access:services!service=a"]
            ),
            (["proxy"], ["shutdown"], []), ([], ["proxy"], []),
        ] as [([String], [String], [String])]
    )
    func `an intersection holds what both hold, either way round`(
        _ first: [String],
        _ second: [String],
        _ both: [String]
    ) throws {
        #expect(try expand(first).intersection(expand(second), members).texts == both)
        #expect(try expand(second).intersection(expand(first), members).texts == both)
    }

    @Test func `what is in excess of the owner's is named`() throws {
        let owner = try expand(["self"], owner: alice)
        let asked = try expand(["read:users:name", "read:tokens!user=alice", "delete:users!user=alice"])
        #expect(asked.excess(over: owner).texts == ["delete:users!user=alice", "read:users:name"])
        #expect(!asked.isSubset(of: owner))
        #expect(try expand(["servers!server=alice/x"]).isSubset(of: owner))
    }

    /// Two groups may share members, yet their filters meet in nothing, as in JupyterHub: less is held, never more.
    @Test(arguments: [false, true])
    func `the laws of sets hold for random scopes`(_ withGroups: Bool) {
        var generator = SeededGenerator(for: "scope sets")
        let names: [ScopeName] = [.users, .readUsers, .readUserNames, .servers, .startServers, .proxy, .adminUsers]
        let people: [ScopeFilter] = [
            .user("ada"), .user("bob"), .server(user: "ada", name: ""), .server(user: "bob", name: "x"), .service("s"),
        ]
        let filters: [ScopeFilter?] = people + [nil] + (withGroups ? [.group("lab"), .group("field")] : [])
        func draw() -> ScopeSet {
            ScopeSet(
                expanding: (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    Scope(
                        names.randomElement(using: &generator) ?? .proxy,
                        on: filters.randomElement(using: &generator) ?? nil
                    )
                }
            )
        }
        for _ in 0..<500 {
            let (first, second) = (draw(), draw())
            let both = first.intersection(second, members)
            #expect(both == second.intersection(first, members))
            #expect(both.isSubset(of: first, members) && both.isSubset(of: second, members))
            #expect(first.isSubset(of: first.union(second), members) && first.union(second) == second.union(first))
            for name in names {
                for filter in people {
                    let isHeld = first.allows(name, on: filter, members) && second.allows(name, on: filter, members)
                    let isLeft = both.allows(name, on: filter, members)
                    #expect(withGroups ? !isLeft || isHeld : isLeft == isHeld)
                }
            }
        }
    }
}

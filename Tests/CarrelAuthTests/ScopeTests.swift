import CarrelTestSupport
import Testing

@testable import CarrelAuth

@Suite struct ScopeParsingTests {
    @Test(arguments: [
        "(no_scope)", "self", "inherit", "users", "read:users!user=alice", "servers!server=alice/",
        "servers!server=alice/gpu-1",
        "read:groups!group=ecology lab", "access:services!service=x", "users!user", "access:servers!server",
        "access:services!service",
        "users!user=a=b!c", "read:users!user=ünï@x.org",
    ])
    func `a scope is written as it was read`(_ text: String) throws {
        #expect(try Scope(text).text == text)
    }

    @Test(arguments: ["", "all", "read:user", "Users", "users ", "custom:x", "!user=a", "users:", "read", "usérs"])
    func `an unknown scope is named in the error`(_ text: String) {
        #expect(throws: AuthError.unknownScope(text)) { try Scope(text) }
    }

    @Test(arguments: [
        "users!", "users!user=", "users!group", "users!group=", "users!team=x", "users!server=alice", "users!server=/x",
        "users!server=",
        "users!service=", "users! user=a", "users!USER=a", "users!!user=a",
    ])
    func `an unknown filter is named in the error`(_ text: String) {
        #expect(throws: AuthError.unknownFilter(text)) { try Scope(text) }
    }

    @Test func `an error's excerpt is short and has no control characters`() {
        let text = "bad\u{1B}[31m\n" + String(repeating: "x", count: 100_000)
        let error = #expect(throws: AuthError.self) { try Scope(text) }
        #expect((error?.message.utf8.count ?? 1000) < 200)
        #expect(error?.message.unicodeScalars.contains { $0.properties.generalCategory == .control } == false)
    }

    @Test func `whatever is read, it never crashes and is written back alike`() {
        var generator = SeededGenerator(for: "scope")
        let pieces = [
            "!", "=", "/", "user", "server", "group", "service", "users", "read:", "self", "é", "e\u{301}", "a", ":",
            " ", "\u{0}",
        ]
        for _ in 0..<10_000 {
            let text = generator.text(of: pieces, upTo: 8)
            if let scope = try? Scope(text) { #expect(scope.text.isSameBytes(as: text)) }
        }
    }
}

@Suite struct ScopeTableTests {
    @Test func `there are the 48 scopes of JupyterHub, each with a phrase and with inclusions that exist`() {
        let table = ScopeTable.standard
        #expect(table.names.count == 48)
        for name in table.names {
            #expect(table.definition(of: name)?.phrase.isEmpty == false)
            for included in table.included(in: name) { #expect(table.definition(of: included) != nil) }
        }
    }

    @Test func `custom scopes include custom scopes`() throws {
        let table = try ScopeTable.standard.adding(custom: [
            "custom:jobs:write": ("submit jobs", ["custom:jobs:read"]), "custom:jobs:read": ("see jobs", []),
        ])
        let set = ScopeSet(expanding: [try Scope("custom:jobs:write!user=a", in: table)], table: table)
        #expect(set.texts == ["custom:jobs:read!user=a", "custom:jobs:write!user=a"])
    }

    @Test(arguments: [
        "jobs", "custom:", "custom:a", "custom:-ab", "custom:Abc", "custom:a b", "custom:ab!", "users", "custom:ab-",
    ])
    func `a custom scope's name must have its pattern`(_ name: String) {
        #expect(throws: AuthError.unknownScope(name)) { try ScopeTable.standard.adding(custom: [name: ("x", [])]) }
    }

    @Test func `a custom scope can't include one of the hub's, and circles end`() throws {
        #expect(throws: AuthError.unknownScope("admin:users")) {
            try ScopeTable.standard.adding(custom: ["custom:abc": ("x", ["admin:users"])])
        }
        let circle = try ScopeTable.standard.adding(custom: [
            "custom:one": ("x", ["custom:two"]), "custom:two": ("x", ["custom:one"]),
        ])
        #expect(ScopeSet(expanding: [try Scope("custom:one", in: circle)], table: circle).texts.count == 2)
    }
}

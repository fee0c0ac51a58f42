import Testing

@testable import LDAPClient

@Suite struct `Names in filters and DNs` {
    @Test(arguments: [
        ("alice", "alice"), ("*", "\\2a"), (")(uid=*", "\\29\\28uid=\\2a"), ("\\", "\\5c"), ("\0", "\\00"),
        ("jürgen", "jürgen"), ("a\nb", "a\\0ab"), ("", ""),
    ])
    func `stand for themselves in a filter`(value: String, written: String) {
        #expect(LDAPText.filterValue(value) == written)
    }

    @Test(arguments: [
        ("alice", "alice"), ("a,ou=admins", "a\\2cou\\3dadmins"), ("a+b", "a\\2bb"), ("\"q\"", "\\22q\\22"),
        ("<a;b>", "\\3ca\\3bb\\3e"), ("\\", "\\5c"), ("#1", "\\231"), (" a b ", "\\20a b\\20"), ("  ", "\\20\\20"),
        ("jürgen", "jürgen"), ("\0", "\\00"), ("", ""),
    ])
    func `stand for themselves in a DN`(value: String, written: String) {
        #expect(LDAPText.nameValue(value) == written)
    }

    @Test func `are put in once, and never looked into for keys`() {
        let values = ["name": "{dn}", "dn": "{name}"]
        #expect(LDAPText.fill("(|(a={name})(b={dn})(c={name}))", values) == "(|(a={dn})(b={name})(c={dn}))")
        #expect(LDAPText.fill("{{name}} {other} {", values) == "{{dn}} {other} {")
        #expect(LDAPText.fill("", values).isEmpty)
    }
}

@Suite struct `What is typed` {
    @Test(arguments: ["", "a\0", "\0", String(repeating: "x", count: 257), String(repeating: "ü", count: 129)])
    func `is no name`(name: String) {
        #expect(Credentials(name: name, password: "p") == nil)
    }

    @Test(arguments: ["", "\0", "\0p", "p\0", String(repeating: "x", count: 4097)])
    func `is no password`(password: String) {
        #expect(Credentials(name: "alice", password: password) == nil)
    }

    @Test(arguments: ["a", "*", " ", "jürgen", String(repeating: "x", count: 256)])
    func `may be a name and a password`(text: String) {
        #expect(Credentials(name: text, password: text) != nil)
    }
}

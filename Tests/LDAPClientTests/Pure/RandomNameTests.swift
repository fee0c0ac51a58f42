import CLDAP
import CarrelTestSupport
import Testing

@testable import LDAPClient

@Suite struct `Random names` {
    /// Signs that mean something somewhere, and some that don't.
    private static let signs = Array("\\\\,,+=\"<>;#  *()&|!{}\u{1}\n\t/:ab19äß€😀\u{301}").map(String.init)

    @Test func `are one value of a DN, as libldap reads it, and nothing else`() {
        var generator = SeededGenerator(for: "names in DNs")
        for _ in 1...5000 {
            let name = generator.text(of: Self.signs, upTo: 12)
            let dn = LDAPText.fill("uid={name},dc=org", ["name": LDAPText.nameValue(name)])
            #expect(Self.values(of: dn) == [name, "org"], "\(dn)")
        }
    }

    @Test func `keep no sign that means something in a filter`() {
        var generator = SeededGenerator(for: "names in filters")
        for _ in 1...5000 {
            let name = generator.text(of: Self.signs, upTo: 12)
            let bytes = Array(LDAPText.filterValue(name).utf8)
            #expect(!bytes.contains { "*()\0".utf8.contains($0) })
            #expect(Self.unescaped(bytes) == Array(name.utf8))
        }
    }

    /// The values of a DN with one value in each part; nil when it isn't one.
    private static func values(of text: String) -> [String]? {
        var name: LDAPDN?
        guard ldap_str2dn(text, &name, UInt32(LDAP_DN_FORMAT_LDAPV3)) == LDAP_SUCCESS, let name else { return nil }
        defer { ldap_dnfree(name) }
        var values: [String] = []
        var index = 0
        while let part = name[index] {
            guard let first = part[0], part[1] == nil else { return nil }
            let value = first.pointee.la_value
            let bytes = UnsafeRawBufferPointer(start: value.bv_val, count: Int(value.bv_len))
            values.append(String(decoding: bytes, as: UTF8.self))
            index += 1
        }
        return values
    }

    /// RFC 4515 §3: a backslash and two digits are a byte.
    private static func unescaped(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            result.append(value)
            rest = rest.dropFirst(2)
        }
        return result
    }
}

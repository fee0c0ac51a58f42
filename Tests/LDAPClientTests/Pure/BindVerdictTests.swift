import Testing

@testable import LDAPClient

@Suite struct `The answer to a bind` {
    private static func activeDirectory(_ number: String) -> LDAPResult {
        let words = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data \(number), v4563"
        return LDAPResult(code: 49, diagnostic: words)
    }

    @Test(arguments: [
        (LDAPResult(code: 0), BindVerdict.accepted),
        (LDAPResult(code: 0, policy: .changeAfterReset), .expired),
        (LDAPResult(code: 0, policy: .passwordExpired), .accepted),
        (LDAPResult(code: 49), .wrong),
        (LDAPResult(code: 49, policy: .accountLocked), .locked),
        (LDAPResult(code: 49, policy: .passwordExpired), .expired),
        (activeDirectory("52e"), .wrong),
        (activeDirectory("525"), .wrong),
        (activeDirectory("532"), .expired),
        (activeDirectory("773"), .expired),
        (activeDirectory("533"), .locked),
        (activeDirectory("701"), .locked),
        (activeDirectory("775"), .locked),
        (LDAPResult(code: 32), .wrong),
        (LDAPResult(code: 34), .wrong),
        (LDAPResult(code: 48), .wrong),
        (LDAPResult(code: 19, diagnostic: "Exceed password retry limit. Please try later."), .locked),
        (LDAPResult(code: 53, diagnostic: "Account inactivated. Contact system administrator."), .locked),
        (LDAPResult(code: 53, diagnostic: "unauthenticated bind (DN with no password) disallowed"), .refused),
        (LDAPResult(code: 51), .unavailable),
        (LDAPResult(code: 52), .unavailable),
        (LDAPResult(code: 13), .refused),
        (LDAPResult(code: 8), .refused),
        (LDAPResult(code: 14), .refused),
        (LDAPResult(code: 10), .refused),
        (LDAPResult(code: -1), .refused),
    ])
    func `lets in by success only, and tells locked and expired apart`(result: LDAPResult, verdict: BindVerdict) {
        #expect(BindVerdict(result) == verdict)
    }

    @Test func `is told on one short line`() {
        let result = LDAPResult(code: 53, diagnostic: "no\n\u{1B}[31m" + String(repeating: "x", count: 1000))
        #expect(!result.reason.unicodeScalars.contains { $0.value < 0x20 })
        #expect(result.reason.count < 300)
    }
}

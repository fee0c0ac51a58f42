import Foundation
import Testing

@testable import CarrelHub

@Suite struct PasswordSignInTests {
    @Test(arguments: [(0, 500), (1, 499), (499, 1), (500, 0), (501, 499), (1700, 300), (-20, 500)])
    func `a refusal is told at the next half-second`(elapsed: Int, pause: Int) {
        #expect(PasswordSignIn.pause(after: .milliseconds(elapsed)) == .milliseconds(pause))
    }

    @Test func `what is kept of somebody can be read again, and nothing else is taken for it`() {
        var grant = LDAPGrant(name: "ada")
        grant.wasMissed = true
        #expect(grant.stored.flatMap { LDAPGrant(stored: $0) } == grant)
        #expect(LDAPGrant(stored: .init("{}".utf8)) == nil)
    }
}

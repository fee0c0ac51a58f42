import Testing

@testable import CarrelSpawn

@Suite struct `The mapping of owners` {
    private let account = Account(uid: 200_001, gid: 200_002)

    @Test func `shows one owner's files as an account's, and nobody else's`() {
        let mapping = OwnerMapping.only(300_007, as: account)
        #expect(mapping == OwnerMapping(users: "300007 200001 1\n", groups: "300007 200002 1\n"))
    }

    @Test(
        arguments: [
            (200_001, "0 200001 1\n1 1 65535\n"),
            (1000, "0 1000 1\n1 1 999\n1001 1001 64535\n"),
            (65535, "0 65535 1\n"),
        ] as [(UInt32, String)]
    )
    func `shows root's files as an account's and never two owners as one`(uid: UInt32, lines: String) {
        #expect(OwnerMapping.root(as: Account(uid: uid, gid: uid)).users == lines)
    }
}

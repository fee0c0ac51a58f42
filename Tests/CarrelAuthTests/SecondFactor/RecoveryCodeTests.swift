import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

@Suite struct RecoveryCodeTests {
    private let codes: [RecoveryCode]

    init() {
        var generator = SystemRandomNumberGenerator()
        codes = RecoveryCode.generate(using: &generator)
    }

    @Test func `an account gets ten different codes of 16 plain letters, of more than 76 bits`() {
        let texts = codes.map { $0.reveal() }
        #expect(Set(texts).count == 10)
        #expect(texts.allSatisfy { $0.split(separator: "-").map(\.count) == [4, 4, 4, 4] })
        #expect(texts.allSatisfy { $0.allSatisfy { !"0125ilou".contains($0) && $0 == Character($0.lowercased()) } })
        #expect(log2(Double(OneTimePassword.alphabet.count)) * 16 > 76)
    }

    @Test func `all letters come from the injected generator`() {
        var first = SeededGenerator(seed: 7)
        var second = SeededGenerator(seed: 7)
        let texts = RecoveryCode.generate(using: &first).map { $0.reveal() }
        #expect(texts == RecoveryCode.generate(using: &second).map { $0.reveal() })
        #expect(texts != RecoveryCode.generate(using: &second).map { $0.reveal() })
    }

    /// The hash is that of `printf %s k7xqp4mdhz9acte3 | sha256sum`.
    @Test(arguments: [
        "k7xq-p4md-hz9a-cte3", "k7xqp4mdhz9acte3", "K7XQ P4MD HZ9A CTE3", "  k7xq–p4md—hz9a−cte3\t\n",
        "k 7 x q p 4 m d h z 9 a c t e 3",
    ])
    func `a code is known however it is typed`(_ typed: String) throws {
        let code = try #require(RecoveryCode(typed: typed))
        #expect(code.hash.hex == "71b4aecc75aa98277239a99ac75a100934b6a566d7b8bc100103eca3ff1cad75")
        #expect(code.reveal() == "k7xq-p4md-hz9a-cte3")
    }

    @Test(arguments: [
        "", "k7xq-p4md-hz9a-cte", "k7xq-p4md-hz9a-cte33", "k7xq-p4md-hz9a-cte0", "k7xq_p4md_hz9a_cte3",
        "k7xq.p4md.hz9a.cte3", "к7xq-p4md-hz9a-cte3", "k7xq-p4md-hz9a-cté3", "123456", "k7xqp4mdhz9acte3\u{0}",
        "k7xqp4mdhz9acte3" + String(repeating: " ", count: 200), String(repeating: "k", count: 200_000),
    ])
    func `what can't be a code isn't looked up`(_ typed: String) {
        #expect(RecoveryCode(typed: typed) == nil)
    }

    @Test func `a code finds its own hash among those stored, and no other`() throws {
        var stored = codes.map(\.hash)
        let typed = try #require(RecoveryCode(typed: codes[6].reveal().uppercased()))
        #expect(typed.index(in: stored) == 6)
        stored.remove(at: 6)
        #expect(typed.index(in: stored) == nil && typed.index(in: []) == nil)
    }

    @Test func `nothing secret is printed`() {
        var dumped = ""
        dump(codes, to: &dumped)
        for text in ["\(codes[0])", String(reflecting: codes), dumped] {
            #expect(text.contains("hidden") && codes.allSatisfy { !text.contains($0.reveal().prefix(9)) })
        }
    }
}

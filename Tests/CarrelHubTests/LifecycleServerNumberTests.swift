import CarrelModel
import CarrelStore
import Testing

@testable import CarrelHub

@Suite struct `The number that somebody's servers run under` {
    private func number(_ id: Int64) throws -> UInt32 {
        var user = UserRecord.sample(try UserName(normalizing: "ada"))
        user.id = id
        return try ServerLaunch.uid(of: user, in: 1000...1099)
    }

    @Test func `is no other's, be they a visitor, and never one that the hub fetches or builds as`() throws {
        let numbers = try (1...75).map { try number($0) } + (1...18).map { try number(-$0) }
        #expect(Set(numbers).count == 93)
        #expect(!numbers.contains(1099))
        let builders = ServerLaunch.builders(in: 1000...1099)
        #expect(builders.count == 6 && Set(numbers).isDisjoint(with: builders))
        #expect(builders.allSatisfy { (1000...1098).contains($0) })
    }

    @Test(arguments: [0, 76, -19] as [Int64])
    func `is refused when there is none left`(id: Int64) throws {
        #expect(throws: HubError.self) { try number(id) }
    }
}

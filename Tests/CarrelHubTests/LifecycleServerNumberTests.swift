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

    @Test func `is no other's, be they a visitor, and never the one that the hub fetches as`() throws {
        let numbers = try (1...75).map { try number($0) } + (1...24).map { try number(-$0) }
        #expect(Set(numbers).count == 99)
        #expect(!numbers.contains(1099))
    }

    @Test(arguments: [0, 76, -25] as [Int64])
    func `is refused when there is none left`(id: Int64) throws {
        #expect(throws: HubError.self) { try number(id) }
    }
}

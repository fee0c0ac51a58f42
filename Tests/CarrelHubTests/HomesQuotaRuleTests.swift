import CarrelModel
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Whose quota a home has` {
    private func group(_ name: String, _ quota: Int64?) throws -> GroupRecord {
        var group = GroupRecord(name: try GroupName(name), createdAt: noon)
        group.homeQuota = quota
        return group
    }

    private let everybody = ByteCount(bytes: 20)

    @Test func `one's own goes first, also the smaller one`() throws {
        let quota = HomeQuota(own: 5, groups: [try group("air", 50)], everybody: everybody)
        #expect(quota.size == ByteCount(bytes: 5))
        #expect(quota.source == .own)
    }

    @Test func `nothing at all of one's own is a quota too`() {
        #expect(HomeQuota(own: 0, groups: [], everybody: everybody).size == ByteCount(bytes: 0))
    }

    @Test func `the largest of the groups' is next, also below everybody's`() throws {
        let groups = [try group("air", 7), try group("soil", 9), try group("sea", nil)]
        let quota = HomeQuota(own: nil, groups: groups, everybody: everybody)
        #expect(quota.size == ByteCount(bytes: 9))
        #expect(quota.source == .group(try GroupName("soil")))
    }

    @Test func `of two groups with the same, the first by name is named`() throws {
        let groups = [try group("soil", 9), try group("air", 9)]
        #expect(HomeQuota(own: nil, groups: groups, everybody: nil).source == .group(try GroupName("air")))
    }

    @Test(arguments: [nil, ByteCount(bytes: 20)])
    func `else it is everybody's`(everybody: ByteCount?) throws {
        let quota = HomeQuota(own: nil, groups: [try group("sea", nil)], everybody: everybody)
        #expect(quota.size == everybody)
        #expect(quota.source == .everybody)
    }
}

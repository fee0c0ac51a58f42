import Testing

@testable import CarrelHub

@Suite struct OpenBISPartTests {
    private func part(_ query: String?) -> OpenBISPart {
        OpenBISPart("datasets", at: "/hub/openbis/lab/collection/1", query: query)
    }

    @Test(arguments: [
        (nil, 0), ("datasets=50", 50), ("datasets=-3", 0), ("datasets=x", 0), ("objects=50", 0),
        ("datasets=99999999999999999999", 0), ("datasets=999999999999", 100_000_000),
    ])
    func `begins where the address says, if that can be`(query: String?, from: Int) {
        #expect(part(query).from == from)
    }

    @Test func `the other lists of the page stay where they are`() {
        let part = part("objects=100&datasets=50&text=a%26b")
        let address = "/hub/openbis/lab/collection/1"
        #expect(part.address(from: 150).text == "\(address)?objects=100&text=a%26b&datasets=150#datasets")
        #expect(part.address(from: 0).text == "\(address)?objects=100&text=a%26b#datasets")
        #expect(self.part(nil).address(from: 0).text == "\(address)#datasets")
    }

    @Test func `steps lead to the parts that there are`() throws {
        #expect(OpenBISPager(part(nil), count: 7, total: 7) == nil)
        let first = try #require(OpenBISPager(part(nil), count: 50, total: 10_000))
        #expect(first.text == "1 to 50 of 10,000")
        #expect(first.previousURL == nil && first.firstURL == nil)
        #expect(first.nextURL == part(nil).address(from: 50))
        #expect(first.lastURL == part(nil).address(from: 9_950))
        let middle = try #require(OpenBISPager(part("datasets=100"), count: 50, total: 151))
        #expect(middle.firstURL == part(nil).address(from: 0))
        #expect(middle.previousURL == part(nil).address(from: 50))
        #expect(middle.nextURL == part(nil).address(from: 150))
        #expect(middle.lastURL == nil)
        let last = try #require(OpenBISPager(part("datasets=150"), count: 1, total: 151))
        #expect(last.nextURL == nil && last.lastURL == nil)
    }

    @Test func `behind the end a step leads back to it`() throws {
        let pager = try #require(OpenBISPager(part("datasets=5000"), count: 0, total: 151))
        #expect(pager.text == "There are only 151.")
        #expect(pager.previousURL == part(nil).address(from: 150))
        #expect(pager.nextURL == nil)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func `large numbers have commas`(number: Int, text: String) {
        #expect(OpenBISPager.grouped(number) == text)
    }
}

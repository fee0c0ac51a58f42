import NIOCore
import Testing

@testable import CarrelProxy

@Suite struct FailureLogTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `of a route the first failure is said, and then one a minute with how many there were`() {
        var log = FailureLog()
        #expect(log.note(route: "/a", status: 503, request: "1", at: start)?.count == 1)
        for second in 1...59 {
            #expect(log.note(route: "/a", status: 503, request: "2", at: start + .seconds(Int64(second))) == nil)
            #expect(log.due(at: start + .seconds(Int64(second))) == [])
        }
        #expect(
            log.note(route: "/a", status: 504, request: "3", at: start + .seconds(60))
                == FailureLog.Line(route: "/a", status: 504, request: "3", count: 60)
        )
        #expect(log.note(route: "/a", status: 504, request: "4", at: start + .seconds(61)) == nil)
    }

    @Test func `routes are counted each by itself`() {
        var log = FailureLog()
        #expect(log.note(route: "/a", status: 503, request: "1", at: start) != nil)
        #expect(log.note(route: "/b", status: 503, request: "2", at: start) != nil)
    }

    @Test func `the last failures are said too when their minute is over, once`() {
        var log = FailureLog()
        for number in 1...3 { _ = log.note(route: "/a", status: 503, request: "\(number)", at: start) }
        let end = start + .minutes(1)
        #expect(log.due(at: end) == [FailureLog.Line(route: "/a", status: 503, request: "3", count: 2)])
        #expect(log.due(at: end) == [])
        #expect(log.note(route: "/a", status: 503, request: "4", at: end + .seconds(1)) == nil)
        #expect(log.due(at: end + .minutes(1)).map(\.count) == [1])
        #expect(log.due(at: end + .minutes(2)) == [])
        #expect(log.note(route: "/a", status: 503, request: "5", at: end + .minutes(2))?.count == 1)
    }
}

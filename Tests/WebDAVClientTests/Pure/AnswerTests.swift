import Foundation
import NIOHTTP1
import Testing

@testable import WebDAVClient

@Suite struct AnswerTests {
    @Test(
        arguments: [
            ("\"a\"", "\"a\""), ("W/\"a\"", "W/\"a\""), ("a1-b2", "\"a1-b2\""), (" \"a\" ", "\"a\""), ("", nil),
            ("\"\"", nil), ("\"a\"b\"", nil), ("a b", nil), ("ä", nil), ("a\r\nX: y", nil),
            (String(repeating: "a", count: 600), nil),
        ] as [(String, String?)]
    )
    func `a tag is read`(_ text: String, _ tag: String?) {
        #expect(ETag(text)?.text == tag)
    }

    @Test func `weak tags match strong ones`() throws {
        let weak = try #require(ETag("W/\"a\""))
        let strong = try #require(ETag("\"a\""))
        #expect(weak.isWeak && !strong.isWeak && weak.matches(strong) && strong.matches(weak))
        #expect(!weak.matches(try #require(ETag("\"b\""))))
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600), ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("", nil), ("now", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("Sun, 99 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 99999999999999 08:49:37 GMT", nil),
        ] as [(String, Double?)]
    )
    func `a date is read`(_ text: String, _ seconds: Double?) {
        #expect(HTTPDate.read(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(
        arguments: [
            ("bytes 0-499/1234", [0, 499, 1234]), ("bytes 5-5/*", [5, 5]), ("Bytes 0-0/1", [0, 0, 1]),
            ("bytes 5-4/10", nil), ("bytes 0-10/10", nil), ("bytes */10", nil), ("bytes -1-5/10", nil), ("", nil),
            ("bytes 0-+5/10", nil), ("bytes 0-99999999999999999999/*", nil), ("items 0-1/2", nil),
        ] as [(String, [Int64]?)]
    )
    func `a content range is read`(_ text: String, _ numbers: [Int64]?) {
        let range = ContentRange(text)
        #expect(range.map { [$0.first, $0.last] + ($0.total.map { [$0] } ?? []) } == numbers)
    }

    @Test(
        arguments: [
            (.all, 0, nil), (.all, 5, "bytes=5-"), (.from(0), 0, "bytes=0-"), (.from(7), 3, "bytes=10-"),
            (.bytes(0..<10), 0, "bytes=0-9"), (.bytes(10..<20), 5, "bytes=15-19"),
        ] as [(WebDAVRange, Int64, String?)]
    )
    func `a range is asked for`(_ range: WebDAVRange, _ received: Int64, _ field: String?) {
        #expect(range.field(after: received) == field)
    }

    @Test(
        arguments: [
            (301, .look, .redirected(.look)), (401, .look, .unauthorized), (403, .write, .forbidden(.write)),
            (404, .read, .notFound(.read)), (410, .read, .notFound(.read)),
            (405, .makeFolder, .alreadyThere(.makeFolder)),
            (405, .list, .refused(.list, status: 405)), (409, .move, .conflict(.move)),
            (412, .write, .preconditionFailed(.write)), (413, .write, .tooLarge), (416, .read, .rangeOutside),
            (423, .delete, .locked(.delete)), (429, .look, .tooManyRequests(retryAfter: .seconds(7))),
            (501, .lock, .notOffered(.lock)), (503, .look, .unavailable(retryAfter: .seconds(7))),
            (507, .write, .overQuota), (500, .look, .refused(.look, status: 500)),
            (204, .look, .malformed(.look, .status(204))),
        ] as [(Int, WebDAVCall, WebDAVError)]
    )
    func `a status has its meaning`(_ status: Int, _ call: WebDAVCall, _ error: WebDAVError) {
        let headers: HTTPHeaders = ["Retry-After": "7"]
        #expect(WebDAVError.refusal(status, of: call, headers, now: Date()) == error)
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("soon", nil),
            ("999999999", .seconds(86_400)), ("-5", nil),
        ] as [(String, Duration?)]
    )
    func `a pause may be a date`(_ field: String, _ pause: Duration?) {
        let now = Date(timeIntervalSince1970: 784_111_777)
        let error = WebDAVError.refusal(503, of: .look, ["Retry-After": field], now: now)
        #expect(error == .unavailable(retryAfter: pause))
    }

    @Test func `a quota has its special figures`() {
        #expect(WebDAVQuota(used: 5, availableField: 7).available == .bytes(7))
        #expect(WebDAVQuota(used: 5, availableField: -3).available == .unlimited)
        #expect(WebDAVQuota(used: -1, availableField: -2) == WebDAVQuota(used: nil, availableField: nil))
    }

    @Test func `permissions are letters`() {
        let permissions = WebDAVPermissions("SRGDNVW<script>")
        #expect(permissions.letters == "SRGDNVW")
        #expect(permissions.allowsReading && permissions.allowsWriting && permissions.isShared)
        #expect(!permissions.allowsMakingFiles && !permissions.isMounted)
    }
}

@Suite struct PlanTests {
    private let plan = RetryPlan(repetitions: 3, longestPause: .seconds(20))

    @Test(
        arguments: [
            (.offline(.look), .always, true), (.offline(.look), .ifDeclined, false), (.offline(.look), .never, false),
            (.timedOut(.look), .always, true), (.timedOut(.look), .ifDeclined, false),
            (.unavailable(retryAfter: nil), .ifDeclined, true), (.unavailable(retryAfter: nil), .never, false),
            (.tooManyRequests(retryAfter: .seconds(3)), .ifDeclined, true),
            (.tooManyRequests(retryAfter: .seconds(60)), .always, false),
            (.refused(.look, status: 502), .always, true), (.refused(.look, status: 502), .ifDeclined, false),
            (.refused(.look, status: 400), .always, false), (.unauthorized, .always, false),
            (.notFound(.look), .always, false), (.overQuota, .always, false), (.locked(.look), .always, false),
            (.untrustedCertificate, .always, false), (.malformed(.look, .notXML), .always, false),
        ] as [(WebDAVError, RemoteRequest.Repetition, Bool)]
    )
    func `only what is safe is asked again`(
        _ error: WebDAVError,
        _ repetition: RemoteRequest.Repetition,
        _ isAgain: Bool
    ) {
        #expect((plan.pause(after: error, repetition, failures: 1, luck: 0.5) != nil) == isAgain)
    }

    @Test func `pauses grow, differ, and end`() {
        let pauses = (1...4).map { plan.pause(after: .offline(.look), .always, failures: $0, luck: 1) }
        #expect(pauses == [.milliseconds(500), .seconds(1), .seconds(2), nil])
        #expect(plan.pause(after: .offline(.look), .always, failures: 1, luck: 0) == .milliseconds(250))
        let wanted = plan.pause(after: .unavailable(retryAfter: .seconds(9)), .always, failures: 1, luck: 0)
        #expect(wanted == .seconds(9))
    }

    @Test func `parts grow and end`() {
        let sizes = PartSizes(first: 10)
        #expect([1, 1000, 1001, 10_000].map { sizes.size(of: $0) } == [10, 10, 20, 100])
        #expect(sizes.size(of: 10_001) == nil)
        #expect([1, 42, 10_000].map { PartSizes.name(of: $0) } == ["00001", "00042", "10000"])
        let all = (1...PartSizes.most).compactMap { PartSizes(first: 10 << 20).size(of: $0) }.reduce(0, +)
        #expect(all > 500 << 30)
    }

    @Test func `conditions are written as lists`() throws {
        let etag = try #require(ETag("\"x\""))
        let text = ConditionField.text([("https://a/b", [.token("urn:1"), .etag(etag)])])
        #expect(text == "<https://a/b> (<urn:1> [\"x\"])")
    }

    @Test func `a credential doesn't print, and holds no line ends`() throws {
        let credential = try WebDAVCredential(user: "anna", password: "hunter2")
        let settings = try WebDAVSettings(address: "https://example.org/", credential: credential)
        for value in [credential, settings, Optional(credential) as Any] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for secret in ["hunter2", String(credential.field.dropFirst(6))] {
                #expect(!"\(value) \(String(reflecting: value)) \(dumped)".contains(secret))
            }
        }
        #expect(credential.field == "Basic YW5uYTpodW50ZXIy")
        for (user, password) in [("", "a"), ("a:b", "c"), ("a\r\n", "b"), ("a", "b\n"), ("a", "b\0")] {
            #expect(throws: WebDAVError.unfitCredential) { try WebDAVCredential(user: user, password: password) }
        }
        #expect(throws: WebDAVError.unfitCredential) { try WebDAVCredential(token: "a b") }
    }
}

import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import StorageHubClient

@Suite struct PlanTests {
    private let plan = RetryPlan(attempts: 3, longestWait: .seconds(10))
    private let get = HubRequest(call: .item, method: .GET, url: "")
    private let put = HubRequest(call: .rename, method: .PUT, url: "")

    private func upload(_ content: StorageHubContent) -> HubRequest {
        let file = MultipartFile(name: "a", content: content, boundary: "b")
        return HubRequest(call: .write, method: .POST, url: "", body: .file(file))
    }

    @Test(
        arguments: [
            (.unreachable(.item), 1, .wait(.milliseconds(200))), (.unreachable(.item), 2, .wait(.milliseconds(400))),
            (.unreachable(.item), 3, .giveUp), (.cut(.item, after: 5), 1, .wait(.milliseconds(200))),
            (.unavailable(.item, retryAfter: nil), 1, .wait(.milliseconds(200))),
            (.unavailable(.item, retryAfter: .seconds(3)), 1, .wait(.seconds(3))),
            (.tooManyRequests(.item, retryAfter: .seconds(11)), 1, .giveUp),
            (.slow(.item, after: .seconds(1)), 1, .giveUp),
            (.notFound(.item), 1, .giveUp), (.refused(.item, .backend), 1, .giveUp), (.tokenRefused, 1, .giveUp),
        ] as [(StorageHubError, Int, RetryPlan.Step)]
    )
    func `what changes nothing is tried again`(_ error: StorageHubError, _ tries: Int, _ step: RetryPlan.Step) {
        #expect(plan.next(after: error, tries: tries, get, jitter: 0) == step)
    }

    @Test(
        arguments: [
            (.unreachable(.rename), .giveUp), (.cut(.rename, after: 0), .giveUp),
            (.unavailable(.rename, retryAfter: nil), .giveUp),
            (.unavailable(.rename, retryAfter: .seconds(1)), .wait(.seconds(1))),
            (.tooManyRequests(.rename, retryAfter: nil), .wait(.milliseconds(200))),
        ] as [(StorageHubError, RetryPlan.Step)]
    )
    func `a change is tried again only if it wasn't begun`(_ error: StorageHubError, _ step: RetryPlan.Step) {
        #expect(plan.next(after: error, tries: 1, put, jitter: 0) == step)
    }

    @Test func `a stream isn't sent twice`() {
        let error = StorageHubError.tooManyRequests(.write, retryAfter: nil)
        #expect(plan.next(after: error, tries: 1, upload(.init("a")), jitter: 0) == .wait(.milliseconds(200)))
        let stream = upload(StorageHubContent(Stream(count: 1), length: 1))
        #expect(plan.next(after: error, tries: 1, stream, jitter: 0) == .giveUp)
    }

    @Test(
        arguments: [
            (0, nil, 0, "0123456789"), (3, nil, 0, "3456789"), (3, 4, 0, "3456"), (9, 5, 0, "9"), (10, 1, 0, ""),
            (0, 1, 0, "0"), (3, 4, 3, "3456"), (8, nil, 8, "89"),
        ] as [(Int64, Int64?, Int, String)]
    )
    func `a part is cut out of whole files and of parts`(_ offset: Int64, _ count: Int64?, _ from: Int, _ text: String)
    {
        let bytes = Array("0123456789".utf8)[from...]
        for size in 1...10 {
            let skip = from == 0 ? offset : 0
            var window = FilePart.Window(skip: skip, left: count, length: Int64(bytes.count))
            var taken = ""
            var place = bytes.startIndex
            while place < bytes.endIndex, !window.isOver {
                let piece = bytes[place..<min(place + size, bytes.endIndex)]
                taken += window.take(ByteBuffer(bytes: piece)).map { String(buffer: $0) } ?? ""
                place = piece.endIndex
            }
            #expect(taken == text)
        }
    }

    @Test func `an answer is whole when as much came as was said`() {
        var window = FilePart.Window(skip: 2, left: nil, length: 10)
        _ = window.take(ByteBuffer(string: "01234567"))
        #expect(!window.isWhole)
        _ = window.take(ByteBuffer(string: "89"))
        #expect(window.isWhole)
        #expect(FilePart.Window(skip: 0, left: nil, length: nil).isWhole)
    }

    @Test(
        arguments: [
            (0, nil, nil), (5, nil, "bytes=5-"), (0, 1, "bytes=0-0"), (5, 10, "bytes=5-14"),
            (.max, .max, "bytes=9223372036854775807-"), (-5, 2, "bytes=0-1"),
        ] as [(Int64, Int64?, String?)]
    )
    func `a part is asked for`(_ offset: Int64, _ count: Int64?, _ field: String?) {
        #expect(FilePart(offset: offset, count: count).field == field)
    }

    @Test(
        arguments: [
            ("bytes 3-9/10", nil, true), ("bytes 3-8/10", nil, false), ("bytes 3-5/10", 3, true),
            ("bytes 3-4/10", 3, false), ("bytes 3-9/10", 50, true), ("bytes 2-9/10", nil, false),
            ("bytes 3-10/10", nil, false), ("bytes */10", nil, false), ("items 3-9/10", nil, false),
            ("bytes 3-99999999999999999999/10", nil, false),
        ] as [(String, Int64?, Bool)]
    )
    func `a part that is too short isn't taken for the whole`(_ range: String, _ count: Int64?, _ isGood: Bool) {
        #expect(FilePart(offset: 3, count: count).covers(range) == isGood)
    }

    @Test(arguments: [
        "http://example.org/workspace", "ftp://example.org", "example.org", "", "https://", "https://a.example/?b",
        "https://a.example/#b", "https://me@a.example/", "http://127.0.0.1.example.org/", "https://a.example/ b",
    ])
    func `an address must be one that tokens may go to`(_ address: String) {
        #expect(throws: StorageHubError.unfitAddress) { try HubAddress(address) }
    }

    @Test func `the profile lies beside the workspace`() throws {
        let address = try HubAddress("https://api.d4science.org/workspace/")
        #expect(address.text == "https://api.d4science.org/workspace")
        #expect(address.profile == "https://api.d4science.org/rest/2/people/profile")
    }

    @Test func `a token shows in no words`() {
        let token = StorageHubToken(bearer: "s3cret")
        var dumped = ""
        dump((token, FixedStorageHubToken(token)), to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \([token]) \(dumped)".contains("s3cret"))
    }

    @Test(arguments: [
        ("a.eyJleHAiOjE4MDAwMDAwMDB9.c", 1_800_000_000.0), ("a.b.c", nil), ("opaque", nil), ("a.e30.c", nil),
    ])
    func `a JWT tells its own end`(_ text: String, _ end: Double?) {
        #expect(StorageHubToken(bearer: text).expires?.timeIntervalSince1970 == end)
    }

    @Test(arguments: ["../trash/empty", "a b", "", "é", String(repeating: "a", count: 65), "a?force=true", "a%2F", "."])
    func `an id that leads elsewhere is none`(_ text: String) {
        #expect(throws: StorageHubError.nonsense(.item, .identifier)) { try StorageHubItem.ID(text) }
    }
}

import Foundation
import NIOHTTP1
import Testing

@testable import OnedataClient

@Suite struct ErrorsTests {
    private func meaning(_ status: Int, _ body: String) -> OnedataError? {
        ServiceAnswer.error(.onezone, status: status, headers: [:], body: Data(body.utf8))
    }

    @Test(
        arguments: [
            ("enoent", .notFound), ("eacces", .forbidden), ("eperm", .forbidden), ("eexist", .exists),
            ("enotdir", .notAFolder), ("eisdir", .isAFolder), ("enotempty", .notEmpty), ("enospc", .overQuota),
            ("edquot", .overQuota), ("erofs", .readOnly), ("einval", .unfitName), ("enametoolong", .unfitName),
            ("exdev", .crossesSpaces), ("eagain", .unavailable(.onezone, after: nil)),
            ("eloop", .refused(.onezone, code: "eloop")), ("", .refused(.onezone, code: "unknown")),
        ] as [(String, OnedataError)]
    )
    func `errors of the file system`(_ errno: String, _ error: OnedataError) {
        let body = #"{"error":{"id":"posix","description":"…","details":{"errno":"\#(errno)"}}}"#
        #expect(meaning(400, body) == error)
    }

    @Test(
        arguments: [
            ("badToken", "null", .notAToken), ("tokenInvalid", "null", .notAToken),
            ("notAnAccessToken", "{}", .notAToken),
            ("badIdpAccessToken", #"{"idp":"egi"}"#, .notAToken), ("tokenRevoked", "null", .revoked),
            ("tokenCaveatUnverified", #"{"caveat":{"type":"time","validUntil":1}}"#, .expired),
            ("tokenCaveatUnverified", #"{"caveat":{"type":"interface"}}"#, .limited("interface")),
            ("tokenCaveatUnverified", #"{"caveat":{"type":"data.readonly"}}"#, .limited("data.readonly")),
            ("tokenCaveatUnverified", #"{"caveat":{"type":"<b>"}}"#, .limited("unknown")),
            ("tokenCaveatUnverified", #"{"caveat":[]}"#, .limited("unknown")),
        ] as [(String, String, OnedataTokenFault)]
    )
    func `errors about tokens, as they are and inside another`(
        _ id: String,
        _ details: String,
        _ fault: OnedataTokenFault
    ) {
        let inner = #"{"id":"\#(id)","description":"…","details":\#(details)}"#
        #expect(meaning(400, #"{"error":\#(inner)}"#) == .token(fault))
        let outer = #"{"error":{"id":"unauthorized","details":{"authError":\#(inner)}}}"#
        #expect(meaning(401, outer) == .token(fault))
    }

    @Test(
        arguments: [
            (401, "unauthorized", .token(.refused)), (403, "forbidden", .forbidden), (404, "notFound", .notFound),
            (409, "alreadyExists", .exists), (400, "badValueIdentifierOccupied", .exists),
            (400, "quotaExceeded", .overQuota),
            (400, "badValueFilePath", .unfitName),
            (400, "badValueInteger", .refused(.onezone, code: "badValueInteger")),
            (503, "serviceUnavailable", .unavailable(.onezone, after: nil)),
            (500, "internalServerError", .unavailable(.onezone, after: nil)), (416, "", .invalidRange),
            (401, "somethingElse", .token(.refused)),
        ] as [(Int, String, OnedataError)]
    )
    func `other errors`(_ status: Int, _ id: String, _ error: OnedataError) {
        #expect(meaning(status, #"{"error":{"id":"\#(id)","description":"d"}}"#) == error)
    }

    @Test func `a success is no error`() {
        #expect(meaning(200, "") == nil)
        #expect(meaning(204, "") == nil)
    }

    @Test(
        arguments: [
            ("7", .seconds(7)), ("0", .zero), ("-1", nil), ("soon", nil), ("99999999999", nil), ("1.5", nil),
            ("Wed, 21 Oct 2026 07:28:00 GMT", nil),
        ] as [(String, Duration?)]
    )
    func `only seconds are a pause`(_ text: String, _ pause: Duration?) {
        #expect(RetryAfter.pause(["Retry-After": text]) == pause)
    }

    @Test(
        arguments: [
            ("bytes 0-9/10", 0..<10, 10), ("bytes 2-4/*", 2..<5, nil), ("bytes 4-2/10", nil, nil),
            ("bytes */10", nil, nil),
            ("bytes 0-9", nil, nil), ("items 0-9/10", nil, nil), ("bytes 0-99999999999999999999/1", nil, nil),
        ] as [(String, Range<Int64>?, Int64?)]
    )
    func `a part of a file says which it is`(_ text: String, _ range: Range<Int64>?, _ size: Int64?) {
        #expect(ContentRange(text)?.range == range)
        #expect(ContentRange(text)?.size == size)
    }

    @Test(arguments: ["", " ", "a b", "a\nb", "ä", String(repeating: "x", count: 20_000)])
    func `a text that can't be a token is refused`(_ text: String) {
        #expect(throws: OnedataError.token(.notAToken)) { try OnedataToken(text) }
    }

    @Test func `a pasted token loses the white space around it, and never shows`() throws {
        let token = try OnedataToken(" \nMDAxSECRET\t\n")
        #expect(token.text == "MDAxSECRET")
        var dumped = ""
        dump((token, Optional(token)), to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\([token])"] {
            #expect(!text.contains("MDAxSECRET"))
        }
    }

    @Test func `two spaces never have one folder`() {
        let names = ["1": "a", "2": "a", "3": "b", "4": "a/b", "5": "a@1", "6": "3", "7": "\u{e4}", "8": "a\u{308}"]
        let folders = SpaceFolders.named(names)
        #expect(folders["1"] == "a@1")
        #expect(folders["2"] == "a@2")
        #expect(folders["3"] == "b")
        #expect(folders["4"] == "4")
        #expect(folders["5"] == "5")
        #expect(folders["6"] == "6")
        #expect(Set(folders.values.map { Array($0.utf8) }).count == names.count)
    }

    @Test(
        arguments: [
            .unreachable(.onezone), .slow(.provider("p"), after: .seconds(1)),
            .nonsense(.onezone, .notJSON(member: "a")),
            .unavailable(.onezone, after: .seconds(3)), .tooManyRequests(.onezone, after: nil), .token(.expired),
            .token(.limited("ip")), .noProvider(.offline), .refused(.onezone, code: "x"), .overQuota, .changed,
        ] as [OnedataError]
    )
    func `every error says what happened in a sentence`(_ error: OnedataError) {
        #expect(error.description.hasSuffix("."))
        #expect(error.description.count > 20)
    }
}

import Foundation
import Testing

@testable import OpenBISClient

@Suite struct MessagesTests {
    private static let token = "alice-240101120000000x0123456789ABCDEF0123456789ABCDEF"
    private let call = RemoteCall("searchSpaces", [.text(token)], secrets: [token])

    private func error(_ body: String) -> OpenBISError? {
        do throws(OpenBISError) {
            _ = try RemoteAnswer(Array(body.utf8), from: "h", to: call)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a call is written as openBIS takes it`() throws {
        let told = try JSONParser.parse(Array(try call.body())).top
        #expect(try told.text("jsonrpc") == "2.0")
        #expect(try told.text("method") == "searchSpaces")
        #expect(try told.listIfAny("params")?.map { try $0.asText() } == [Self.token])
    }

    @Test(
        arguments: [
            (#"{"result": null}"#, nil), (#"{"jsonrpc":"2.0","id":"1","error":null,"result":[]}"#, nil),
            (#"<!doctype html><h1>Maintenance</h1>"#, .nonsense("h", .page)), ("", .nonsense("h", .notJSON)),
            ("{}", .nonsense("h", .notJSON)), ("[]", .nonsense("h", .notJSON)), ("7", .nonsense("h", .notJSON)),
            (#"{"status":"ok"}"#, .nonsense("h", .notJSON)), (#"{"error":"no"}"#, .nonsense("h", .notJSON)),
            (#"{"error":{}}"#, .refused("no reason was given.")),
            (#"{"error":{"code":"x"}}"#, .nonsense("h", .notJSON)),
            (#"{"error":{"code":-32601,"message":"method not found"}}"#, .notOffered("searchSpaces")),
            (#"{"error":{"code":0,"message":"Bad","data":{"exceptionTypeName":7}}}"#, .refused("Bad")),
            (#"{"error":{"code":0,"message":"Bad","data":[1]}}"#, .refused("Bad")),
            (
                #"{"error":{"code":0,"message":"x","data":{"exceptionTypeName":"ch.systemsx.cisd.InvalidSessionException"}}}"#,
                .sessionOver
            ),
            (#"{"error":{"message":"Session token 'x' is invalid: user is not logged in."}}"#, .sessionOver),
            (
                #"{"error":{"message":"No!","data":{"exceptionTypeName":"a.b.UnauthorizedObjectAccessException"}}}"#,
                .forbidden("No!")
            ),
            (#"{"error":{"message":"x","data":{"exceptionTypeName":"a.ObjectNotFoundException"}}}"#, .notFound),
        ] as [(String, OpenBISError?)]
    )
    func `an answer is told for what it is`(_ body: String, _ expected: OpenBISError?) {
        #expect(error(body) == expected)
    }

    @Test(arguments: [
        ("Token \(token) is bad", "Token … is bad"), ("sessionID=\(token)&x", "sessionID=…&x"),
        ("'$pat-bob-240101120000000x0123456789abcdef0123456789abcdef'", "'…'"), ("a\u{0}b\r\n\tc\u{202e}", "a b c"),
        ("", "no reason was given."), ("hunter2 is wrong", "… is wrong"),
        (String(repeating: "x", count: 1000), String(repeating: "x", count: 299) + "…"),
    ])
    func `words of a server are made fit`(_ words: String, _ expected: String) {
        #expect(ServerWords.clean(words, without: ["hunter2"]) == expected)
    }

    @Test func `a page's words are read without its marks`() {
        let page = "<html><title>openBIS</title><style>a{}</style><h1>No space <b>left</b></h1></html>"
        #expect(ServerWords.ofPage(Array(page.utf8), without: []) == "No space left")
    }

    @Test func `every error is a sentence that names no secret`() {
        let errors: [OpenBISError] = [
            .unfitAddress(.path), .unfitAuthority, .notAToken, .wrongCredentials, .sessionOver, .unreachable("h:1"),
            .untrustedCertificate("h:1"), .slow("h", after: .seconds(1)), .unavailable("h", after: .seconds(7)),
            .tooManyRequests("h", after: nil), .nonsense("h", .page), .forbidden("no"), .notFound, .notOffered("m"),
            .refused("no"), .invalidRange, .incomplete, .damaged, .sourceFailed, .unfitName("a"), .unknownOutcome,
            .cancelled,
        ]
        #expect(errors.allSatisfy { "\($0)".count > 15 })
        #expect("\(OpenBISError.unavailable("h", after: .seconds(7)))".contains("7 seconds"))
    }

    @Test func `only what does no harm is asked again`() {
        let rule = RetryRule()
        func pause(_ error: OpenBISError, isOpen: Bool = false, attempt: Int = 1, isSafe: Bool = true) -> Duration? {
            rule.pause(after: CallFailure(error, isOpen: isOpen), attempt: attempt, isSafe: isSafe, chance: 1)
        }
        #expect(pause(.unreachable("h")) == .milliseconds(200))
        #expect(pause(.unreachable("h"), isOpen: true, isSafe: false) == nil)
        #expect(pause(.unreachable("h"), isSafe: false) != nil)
        #expect(pause(.unavailable("h", after: .seconds(2))) == .seconds(2))
        #expect(pause(.unavailable("h", after: .seconds(60))) == nil)
        #expect(pause(.tooManyRequests("h", after: nil), attempt: 2) == .milliseconds(400))
        #expect(pause(.tooManyRequests("h", after: nil), attempt: 3) == nil)
        for error in [OpenBISError.sessionOver, .refused("x"), .slow("h", after: .zero), .nonsense("h", .page)] {
            #expect(pause(error) == nil)
        }
    }

    @Test(arguments: [
        ("../a", false), ("a/../b", false), ("/a", false), ("a/", false), ("a//b", false), (".", false),
        ("a\u{0}", false),
        (String(repeating: "ä", count: 128), false), ("original/a b,ü.txt", true), ("a/...", true),
    ])
    func `paths stay in their dataset`(_ path: String, _ isUsable: Bool) {
        #expect(OpenBISFile.isUsable(path) == isUsable)
    }

    @Test func `the checksum is the one of ZIP`() {
        var sum = Checksum()
        for part in ["hello ", "world\n"] { Array(part.utf8).withUnsafeBytes { sum.add($0) } }
        #expect(sum.value == 0xaf08_3b2d)
    }
}

import Foundation
import Testing

@testable import OpenIDClient

private func claims(_ json: String) throws -> OpenIDClaims {
    try JSONDecoder().decode(OpenIDClaims.self, from: Data(json.utf8))
}

@Suite struct OpenIDClaimsTests {
    @Test(
        arguments: [
            (#""a""#, ["a"]), (#"["a","b"]"#, ["a", "b"]), ("[]", []), (#"["a",1]"#, nil), (#"["a",["b"]]"#, nil),
            ("1", nil),
            ("null", nil), ("true", nil), (#"{"a":"b"}"#, nil),
        ] as [(String, [String]?)]
    )
    func `texts are a text or a list of nothing but texts`(_ json: String, _ texts: [String]?) throws {
        #expect(try claims(#"{"groups":\#(json)}"#).strings("groups") == texts)
    }

    @Test(
        arguments: [
            ("1800000000", 1_800_000_000), ("1800000000.5", 1_800_000_000.5), ("0", 0), ("-1", nil), ("1e300", nil),
            (#""1800000000""#, nil), ("true", nil), ("9223372036854775807", nil),
        ] as [(String, Double?)]
    )
    func `a time is a number of seconds that a calendar knows`(_ json: String, _ seconds: Double?) throws {
        #expect(try claims(#"{"exp":\#(json)}"#).date("exp") == seconds.map(Date.init(timeIntervalSince1970:)))
    }

    @Test(arguments: [("{}", ""), (#"{"sub":"alice"}"#, "alice"), (#"{"sub":7}"#, ""), (#"{"sub":["alice"]}"#, "")])
    func `a subject is a text`(_ json: String, _ subject: String) throws {
        #expect(try claims(json).subject == subject)
    }

    @Test func `what was stored is read again`() throws {
        let kept = try claims(#"{"sub":"a","n":[1,2.5,true,null,{"x":["é\u0000"]}],"big":1e20}"#)
        let again = try JSONDecoder().decode(OpenIDClaims.self, from: JSONEncoder().encode(kept))
        #expect(again == kept)
        #expect(
            again["n"]
                == .array([.integer(1), .number(2.5), .bool(true), .null, .object(["x": .array([.string("é\0")])])])
        )
    }
}

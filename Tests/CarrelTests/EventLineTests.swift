import Foundation
import Logging
import Testing

@testable import carrel

@Suite struct EventLineTests {
    private func line(_ event: String, _ fields: [(name: String, value: String)]) -> EventLine {
        EventLine(time: Date(timeIntervalSince1970: 0), level: .info, event: event, fields: fields)
    }

    @Test func `a value with spaces or line breaks stays one value on one line`() {
        let text = line("signIn.done", [("user", "a b\nc")]).written(as: .text)
        #expect(text == #"1970-01-01T00:00:00.000Z info signIn.done user="a b\nc""#)
    }

    @Test func `an event as JSON is one object`() throws {
        let text = line("x", [("path", "/a\"b\\")]).written(as: .json)
        let object = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(object["path"] == "/a\"b\\")
        #expect(object["level"] == "info")
    }

    @Test func `a line break in an event can't begin a second line`() {
        #expect(!line("x\ny", []).written(as: .text).contains("\n"))
    }
}

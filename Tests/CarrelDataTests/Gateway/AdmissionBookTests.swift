import Foundation
import Testing

@testable import CarrelData

@Suite struct `Answers about passwords` {
    private let noon = Date(timeIntervalSince1970: 1_800_000_000)
    private let key = AdmissionBook.Key(AdmissionQuestion(user: "ada", token: "t"))

    private func admission(user: Int64 = 1, ends: Date? = nil) -> Admission {
        Admission(user: user, name: "ada", mount: nil, isWritable: true, folders: [], ends: ends)
    }

    @Test func `hold for a quarter of a minute`() {
        var book = AdmissionBook()
        #expect(book.step(for: key, at: noon) == .ask(orElse: nil))
        book.note(admission(), for: key, at: noon)
        #expect(book.step(for: key, at: noon + 14) == .admit(admission()))
        #expect(book.step(for: key, at: noon + 15) == .ask(orElse: admission()))
        // While one asks, the others don't.
        #expect(book.step(for: key, at: noon + 16) == .admit(admission()))
        book.note(nil, for: key, at: noon + 17)
        #expect(book.step(for: key, at: noon + 18) == .refuse)
        #expect(book.step(for: key, at: noon + 33) == .ask(orElse: nil))
    }

    @Test func `hold for half a day while the hub is away`() {
        var book = AdmissionBook()
        book.note(admission(), for: key, at: noon)
        #expect(book.step(for: key, at: noon + 12 * 3600 - 1) == .ask(orElse: admission()))
        var other = AdmissionBook()
        other.note(admission(), for: key, at: noon)
        #expect(other.step(for: key, at: noon + 12 * 3600) == .ask(orElse: nil))
    }

    @Test func `hold no more when the hub wants to be asked, but for while it is away`() {
        var book = AdmissionBook()
        book.note(admission(), for: key, at: noon)
        book.doubt()
        #expect(book.step(for: key, at: noon + 1) == .ask(orElse: admission()))
        // Whoever else comes while one asks asks, too.
        #expect(book.step(for: key, at: noon + 1) == .ask(orElse: admission()))
        book.note(nil, for: key, at: noon + 2)
        #expect(book.step(for: key, at: noon + 3) == .refuse)
        book.doubt()
        #expect(book.step(for: key, at: noon + 3) == .ask(orElse: nil))
        book.note(admission(), for: key, at: noon + 4)
        #expect(book.step(for: key, at: noon + 5) == .admit(admission()))
    }

    @Test func `end when the password does`() {
        var book = AdmissionBook()
        book.note(admission(ends: noon + 5), for: key, at: noon)
        #expect(book.step(for: key, at: noon + 4) == .admit(admission(ends: noon + 5)))
        #expect(book.step(for: key, at: noon + 5) == .refuse)
        #expect(book.step(for: key, at: noon + 20) == .ask(orElse: nil))
    }

    @Test func `are forgotten when something of the user was changed`() {
        var book = AdmissionBook()
        let other = AdmissionBook.Key(AdmissionQuestion(user: nil, token: "t"))
        book.note(admission(), for: key, at: noon)
        book.note(admission(user: 2), for: other, at: noon)
        book.forget(1)
        #expect(book.step(for: key, at: noon + 1) == .ask(orElse: nil))
        #expect(book.step(for: other, at: noon + 1) == .admit(admission(user: 2)))
    }

    @Test func `of those who guess push out nobody`() {
        var book = AdmissionBook()
        book.note(admission(), for: key, at: noon)
        for number in 0..<20_000 {
            book.note(nil, for: AdmissionBook.Key(AdmissionQuestion(user: nil, token: "\(number)")), at: noon)
        }
        #expect(book.step(for: key, at: noon + 1) == .admit(admission()))
    }
}

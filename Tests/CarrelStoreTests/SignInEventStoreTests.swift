import CarrelModel
import Foundation
import GRDB
import Testing

@testable import CarrelStore

@Suite struct `The history of sign-ins in the store` {
    let store: Store
    let ada: Int64

    init() async throws {
        store = try Store.inMemory()
        ada = try await store.addUser("ada").id ?? 0
    }

    private func add(
        _ outcome: SignInEventRecord.Outcome,
        _ way: SignInEventRecord.Way = .password,
        of user: Int64?,
        from address: String = "192.0.2.1",
        after seconds: Double = 0,
    ) async throws {
        try await store.signInEvents.add(
            SignInEventRecord(
                userId: user,
                at: noon.addingTimeInterval(seconds),
                address: address,
                userAgent: "Test/1",
                way: way,
                outcome: outcome,
            )
        )
    }

    private func newest(_ limit: Int = 1000, since seconds: Double = -1) async throws -> [SignInEventRecord] {
        try await store.signInEvents.newest(limit, ofUser: ada, since: noon.addingTimeInterval(seconds))
    }

    @Test(arguments: [SignInEventRecord.Way.password, .code, .recoveryCode, .newAccount, .provider("egi")])
    func `ways come back as they went`(way: SignInEventRecord.Way) async throws {
        try await add(.done, way, of: ada)
        #expect(try await newest().map(\.way) == [way])
    }

    @Test func `tries that follow each other from one place are counted as one`() async throws {
        for second in 0..<3 { try await add(.wrongPassword, of: ada, after: Double(second)) }
        try await add(.wrongPassword, of: ada, from: "192.0.2.2", after: 3)
        try await add(.done, of: ada, after: 4)
        try await add(.done, of: ada, after: 5)
        let events = try await newest()
        #expect(events.map(\.count) == [1, 1, 1, 3])
        #expect(events.last?.at == noon.addingTimeInterval(2))
    }

    @Test func `a code takes the place of the note that it was asked for, in the same browser only`() async throws {
        try await add(.codeAsked, of: ada)
        try await add(.done, .code, of: ada, from: "192.0.2.2")
        #expect(try await newest().map(\.outcome) == [.done, .codeAsked])
        try await add(.codeAsked, of: ada)
        try await add(.wrongCode, of: ada)
        try await add(.codeAsked, of: ada)
        try await add(.done, .code, of: ada)
        #expect(try await newest().map(\.outcome) == [.done, .wrongCode, .done, .codeAsked])
    }

    @Test func `wrong passwords never push anything else out, and are no more than can be kept`() async throws {
        try await add(.done, of: ada)
        try await add(.wrongCode, of: ada)
        for number in 0..<(SignInEventStore.kept + 20) {
            try await add(.wrongPassword, of: ada, from: "2001:db8::\(number)")
        }
        let events = try await newest()
        #expect(events.count == SignInEventStore.kept + 2)
        #expect(events.suffix(2).map(\.outcome) == [.wrongCode, .done])
        let shown = try await newest(50)
        #expect(shown.count == 51 && shown.last?.outcome == .done)
    }

    @Test func `sign-ins are no more than can be kept either`() async throws {
        for number in 0..<(SignInEventStore.kept + 5) { try await add(.done, of: ada, after: Double(number)) }
        let events = try await newest()
        #expect(events.count == SignInEventStore.kept)
        #expect(events.last?.at == noon.addingTimeInterval(5))
    }

    @Test func `of names that nobody has only the last is kept`() async throws {
        for number in 0..<5 { try await add(.wrongPassword, of: nil, from: "2001:db8::\(number)") }
        let count = try await store.database.read { try SignInEventRecord.fetchCount($0) }
        #expect(count == 1)
        #expect(try await newest().isEmpty)
    }

    @Test func `what is old isn't shown, and is forgotten`() async throws {
        try await add(.done, of: ada)
        #expect(try await newest(since: 1).isEmpty)
        try await store.signInEvents.forget(before: noon)
        #expect(try await newest().count == 1)
        try await store.signInEvents.forget(before: noon.addingTimeInterval(1))
        #expect(try await newest().isEmpty)
    }
}

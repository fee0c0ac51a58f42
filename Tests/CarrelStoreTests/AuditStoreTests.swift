import CarrelModel
import Foundation
import GRDB
import Testing

@testable import CarrelStore

@Suite struct `The audit record in the store` {
    let store: Store
    let ada: UserRecord

    init() async throws {
        store = try Store.inMemory()
        ada = try await store.addUser("ada")
    }

    private func event(
        _ action: AuditAction = .sessionBegan,
        of name: String? = "ada",
        by source: AuditSource = .hub,
        _ outcome: AuditEvent.Outcome = .done,
        after seconds: Double = 0,
    ) throws -> AuditEvent {
        let target = try name.map { AuditEvent.Target.account(try .named($0)) } ?? .noAccount
        return AuditEvent(at: noon.addingTimeInterval(seconds), source: source, action, target, outcome: outcome)
    }

    private func all() async throws -> [AuditRecord] {
        try await store.audit.following(AuditFilter(), after: 0, limit: 100_000)
    }

    private let stranger = AuditSource(kind: .stranger, name: "", way: .page, address: "192.0.2.1", userAgent: "Test/1")

    // MARK: Adding

    @Test func `an event keeps names and numbers after its user was removed`() async throws {
        let noted = try store.noting(event(.userRemoved))
        #expect(try await noted.users.remove(ada.name))
        let found = try #require(try await all().first)
        #expect((found.subjectName, found.subjectId) == ("ada", ada.id))
        #expect(found.time == noon)
    }

    @Test func `who is added with an event has their number in it`() async throws {
        let bob = UserRecord(
            name: try .named("bob"),
            passwordHash: nil,
            mustChangePassword: false,
            isAdmin: false,
            createdAt: noon
        )
        let made = try await store.noting(event(.userMade, of: "bob")).users.add(bob)
        #expect(try await all().map(\.subjectId) == [made.id])
    }

    @Test func `a change that fails or changes nothing isn't noted`() async throws {
        await #expect(throws: StoreError.self) {
            try await store.noting(event(.roleGiven, of: "bob")).users.change(.named("bob")) { $0.isAdmin = true }
        }
        try await store.noting(event(.sessionEnded)).sessions.end(77)
        #expect(try await all().isEmpty)
    }

    @Test func `without its event there is no change`() async throws {
        try await sql("DROP TABLE auditEvent")
        await #expect(throws: DatabaseError.self) {
            try await store.noting(event(.roleGiven)).users.change(ada.name) { $0.isAdmin = true }
        }
        #expect(try await store.users.named(ada.name)?.isAdmin == false)
    }

    @Test func `an event is added once for a session`() async throws {
        let ada = AuditSource(kind: .user, name: "ada", userId: ada.id, way: .page, wayId: 1)
        var other = ada
        other.wayId = 2
        for source in [ada, ada, other] { try await store.audit.addOnce(event(.serverEntered, by: source)) }
        try await store.audit.addOnce(event(.serverEntered, by: ada, .refused("notYours")))
        #expect(try await all().map(\.wayId) == [1, 2, 1])
    }

    // MARK: Append-only

    private func sql(_ text: String) async throws {
        try await store.audit.database.write { try $0.execute(sql: text) }
    }

    @Test(
        arguments: [
            "UPDATE auditEvent SET actorName = 'eve' WHERE id = 1",
            "DELETE FROM auditEvent WHERE id = 2",
            "DELETE FROM auditEvent",
            "INSERT OR REPLACE INTO auditEvent SELECT * FROM auditEvent WHERE id = 1",
            "UPDATE auditPruned SET lastId = 2, chain = (SELECT chain FROM auditEvent WHERE id = 2)",
            "DELETE FROM auditPruned",
            "INSERT OR REPLACE INTO auditPruned VALUES (1, 2, '')",
        ]
    ) func `rows can be neither changed nor taken away`(statement: String) async throws {
        try await store.audit.add([event(), event(), event()])
        let before = try await all()
        await #expect(throws: DatabaseError.self) { try await sql(statement) }
        #expect(try await all() == before)
    }

    @Test func `the record is whole after many events`() async throws {
        for second in 0..<20 { try await store.audit.add([event(after: Double(second))]) }
        let found = try await store.audit.verify()
        #expect((found.count, found.last, found.fault) == (20, 20, nil))
        #expect(try await store.audit.link(of: 20) == found.chain)
    }

    @Test(
        arguments: [
            ("UPDATE auditEvent SET actorName = 'eve' WHERE id = 3", AuditVerification.Fault.changed(3)),
            ("UPDATE auditEvent SET at = at + 1 WHERE id = 1", .changed(1)),
            ("UPDATE auditEvent SET subjectName = NULL WHERE id = 5", .changed(5)),
            ("UPDATE auditEvent SET way = 'nonsense' WHERE id = 5", .changed(5)),
            ("DELETE FROM auditEvent WHERE id = 3", .missing(from: 3, to: 3)),
            ("DELETE FROM auditEvent WHERE id <= 2", .missing(from: 1, to: 2)),
            ("DELETE FROM auditEvent WHERE id >= 4", .missing(from: 4, to: 5)),
            ("DELETE FROM auditEvent", .missing(from: 1, to: 5)),
        ]
    ) func `what was changed behind the hub's back is found`(
        statement: String,
        fault: AuditVerification.Fault,
    ) async throws {
        for second in 0..<5 { try await store.audit.add([event(after: Double(second))]) }
        try await store.audit.database.write { database in
            try database.execute(
                sql: """
                    DROP TRIGGER auditEventIsUnchanged; DROP TRIGGER auditEventIsKept;
                    PRAGMA ignore_check_constraints = ON; \(statement); PRAGMA ignore_check_constraints = OFF
                    """
            )
        }
        #expect(try await store.audit.verify().fault == fault)
    }

    @Test func `what was taken from the end stays missing when the hub goes on`() async throws {
        try await store.audit.add([event(), event(), event()])
        try await sql("DROP TRIGGER auditEventIsKept; DELETE FROM auditEvent WHERE id = 3")
        try await store.audit.add([event()])
        #expect(try await store.audit.verify().fault == .missing(from: 3, to: 3))
    }

    // MARK: Pruning

    private func prune(keeping days: Double, at day: Double) async throws -> Int {
        try await store.audit.prune(
            keeping: .seconds(days * 86_400),
            noting: AuditEvent(at: noon.addingTimeInterval(day * 86_400), source: .hub, .auditPruned, .hub),
        )
    }

    @Test func `old events go, the chain stays whole, and it is said`() async throws {
        for day in 0..<10 { try await store.audit.add([event(after: Double(day) * 86_400)]) }
        #expect(try await prune(keeping: 40, at: 45) == 5)
        let left = try await all()
        #expect(left.map(\.id) == [6, 7, 8, 9, 10, 11])
        #expect(left.last?.detailFields == ["count": "5", "last": "5"])
        let found = try await store.audit.verify()
        #expect((found.fault, found.pruned, found.count) == (nil, 5, 6))
    }

    @Test func `pruning waits for a day's worth, and never takes what is younger than thirty days`() async throws {
        for day in 0..<10 { try await store.audit.add([event(after: Double(day) * 86_400)]) }
        #expect(try await prune(keeping: 40, at: 40.5) == 0)
        #expect(try await prune(keeping: 1, at: 20) == 0)
        #expect(try await prune(keeping: 1, at: 35) == 5)
        #expect(try await store.audit.verify().fault == nil)
    }

    // MARK: Refusals

    @Test func `refusals of a kind are one event, and one a minute that counts them`() async throws {
        let refused = AuditEvent.Outcome.refused("wrongPassword")
        for second in [0, 1, 2, 59] {
            let event = try event(.sessionRefused, by: stranger, refused, after: Double(second))
            try await store.audit.addRefusal(event, by: "192.0.2.1 ada")
        }
        try await store.audit.addRefusal(event(.sessionRefused, of: "bob", by: stranger, refused), by: "192.0.2.1 bob")
        #expect(try await all().map(\.count) == [1, 1])
        try await store.audit.settle(at: noon.addingTimeInterval(59))
        #expect(try await all().count == 2)
        try await store.audit.settle(at: noon.addingTimeInterval(60))
        #expect(try await all().map(\.count) == [1, 1, 3])
        #expect(try await all().last?.subjectId == ada.id)
        #expect(try await store.audit.verify().fault == nil)
    }

    @Test func `strangers can't fill the disk`() async throws {
        for number in 0..<(AuditStore.strangersADay + 50) { try await refuse(from: "2001:db8:\(number)::1", number) }
        let rows = try await all()
        #expect(rows.count == AuditStore.strangersADay + 1)
        #expect(rows.last?.reason == "flood" && rows.last?.address == "")
        // What concerns somebody's account is noted all the same, and not without an end.
        for number in 0..<(AuditStore.addressADay + 10) {
            try await refuse(from: "2001:db8:f:\(number)::1", number, of: "ada")
        }
        let about = try await all().filter { $0.subjectId == ada.id }
        #expect(about.count == AuditStore.addressADay)
        try await store.audit.settle(at: noon.addingTimeInterval(3600))
        #expect(try await all().last?.count == 59)
    }

    @Test func `one address doesn't use up what others need`() async throws {
        for number in 0..<(AuditStore.addressADay + 10) { try await refuse(from: "192.0.2.1", number) }
        #expect(try await all().count == AuditStore.addressADay + 1)
        let last = try #require(await all().last)
        #expect(last.reason == "flood" && last.address == "192.0.2.1")
        try await refuse(from: "192.0.2.2", 0)
        #expect(try await all().last?.reason == "wrongPassword")
        try await store.audit.settle(at: noon.addingTimeInterval(3600))
        #expect(try await all().last?.count == 9)
    }

    private func refuse(from address: String, _ number: Int, of name: String? = nil) async throws {
        var source = stranger
        source.address = address
        let refusal = try event(.sessionRefused, of: name, by: source, .refused("wrongPassword"))
        try await store.audit.addRefusal(refusal, by: "\(address) \(number)")
    }

    @Test func `what somebody does again and again is counted, and what else they do is noted`() async throws {
        let busy = AuditSource(kind: .user, name: "ada", userId: ada.id, way: .page, address: "192.0.2.1")
        for second in 0..<(AuditStore.personAnHour + 40) {
            try await store.audit.add([event(.tokenMade, by: busy, after: Double(second))])
        }
        #expect(try await all().count == AuditStore.personAnHour)
        try await store.audit.add([event(.tokenRevoked, by: busy, after: 400), event(.tokenMade, after: 400)])
        #expect(try await all().count == AuditStore.personAnHour + 2)
        try await store.audit.settle(at: noon.addingTimeInterval(3600 + 300))
        #expect(try await all().last?.count == 40)
        try await store.audit.add([event(.tokenMade, by: busy, after: 8000), event(.tokenMade, by: busy, after: 8001)])
        #expect(try await all().suffix(2).allSatisfy { $0.count == 1 })
        #expect(try await store.audit.verify().fault == nil)
    }

    // MARK: Reading

    @Test func `a filter chooses, and a user's own are those they did and those that concern them`() async throws {
        let grete = try await store.addUser("grete")
        let admin = AuditSource(kind: .user, name: "grete", userId: grete.id, way: .page, address: "198.51.100.7")
        try await store.audit.add([event(), event(.serverEntered, by: admin), event(.sessionBegan, of: "grete")])
        try await store.audit.add([event(.sessionRefused, of: nil, by: stranger, .refused("wrongPassword"), after: 60)])
        func ids(_ change: (inout AuditFilter) -> Void) async throws -> [Int64] {
            var filter = AuditFilter()
            change(&filter)
            return try await store.audit.newest(filter, limit: 10).map(\.id)
        }
        #expect(try await ids { _ in } == [4, 3, 2, 1])
        #expect(try await ids { $0.person = "ada" } == [2, 1])
        #expect(try await ids { $0.userId = grete.id } == [3, 2])
        #expect(try await ids { $0.action = .sessionBegan } == [3, 1])
        #expect(try await ids { $0.outcome = .refused } == [4])
        #expect(try await ids { $0.address = "198.51." } == [2])
        #expect(try await ids { $0.since = noon.addingTimeInterval(1) } == [4])
        #expect(try await ids { $0.until = noon.addingTimeInterval(1) } == [3, 2, 1])
        let older = try await store.audit.newest(AuditFilter(), before: 3, limit: 1)
        #expect(older.map(\.id) == [2])
    }
}

import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Second factors in the store` {
    let store: Store
    let ada: Int64

    init() async throws {
        store = try Store.inMemory()
        ada = try await store.addUser("ada").id ?? 0
    }

    private func turnOn(codes: [String] = ["a", "b"]) async throws -> Bool {
        try await store.secondFactors.turnOn(
            SecondFactorRecord(userId: ada, createdAt: noon, lastStep: 5),
            secret: CredentialRecord(
                userId: ada,
                source: SecondFactorRecord.source,
                label: "",
                sealed: Data([1]),
                createdAt: noon,
            ),
            codes: codes,
            keeping: -1,
        )
    }

    private func secret() async throws -> CredentialRecord? {
        try await store.credentials.find(ofUser: ada, for: SecondFactorRecord.source)
    }

    @Test func `one that is on isn't replaced by another`() async throws {
        #expect(try await turnOn())
        #expect(try await !turnOn(codes: ["c"]))
        #expect(try await store.secondFactors.codesLeft(ofUser: ada) == 2)
    }

    @Test func `a code counts once, however many try it together`() async throws {
        _ = try await turnOn()
        let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask { [store, ada] in
                    try await store.secondFactors.accept(ofUser: ada) { $0 < 6 ? 6 : nil }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(accepted == 1)
        #expect(try await store.secondFactors.find(ofUser: ada)?.lastStep == 6)
    }

    @Test func `a recovery code is gone when it was used, and new ones replace all`() async throws {
        _ = try await turnOn()
        #expect(try await store.secondFactors.spend(ofUser: ada) { $0.firstIndex(of: "b") })
        #expect(try await !store.secondFactors.spend(ofUser: ada) { $0.firstIndex(of: "b") })
        #expect(try await store.secondFactors.codesLeft(ofUser: ada) == 1)
        try await store.secondFactors.replaceCodes(ofUser: ada, with: ["c", "d", "e"])
        #expect(try await !store.secondFactors.spend(ofUser: ada) { $0.firstIndex(of: "a") })
        #expect(try await store.secondFactors.codesLeft(ofUser: ada) == 3)
    }

    @Test func `turned off, nothing of it is left`() async throws {
        _ = try await turnOn()
        #expect(try await store.secondFactors.turnOff(ofUser: ada))
        #expect(try await store.secondFactors.find(ofUser: ada) == nil)
        #expect(try await store.secondFactors.codesLeft(ofUser: ada) == 0)
        #expect(try await secret() == nil)
        #expect(try await !store.secondFactors.turnOff(ofUser: ada))
        try await store.secondFactors.replaceCodes(ofUser: ada, with: ["c"])
        #expect(try await store.secondFactors.codesLeft(ofUser: ada) == 0)
    }

    @Test func `it goes with its user`() async throws {
        _ = try await turnOn()
        #expect(try await store.users.remove(.named("ada")))
        #expect(try await store.secondFactors.find(ofUser: ada) == nil)
        #expect(try await secret() == nil)
    }
}

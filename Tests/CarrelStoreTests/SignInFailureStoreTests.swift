import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Counts of failed sign-ins in the store` {
    @Test func `fifty attempts at once are all counted, in memory and in a file`() async throws {
        try await withStoreFile { path in
            let onDisk = try Store.open(at: path, now: noon)
            defer { try? onDisk.close() }
            for store in [try Store.inMemory(), onDisk] {
                let seen = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<50 { group.addTask { try await countOne("key", in: store) } }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(seen.sorted() == Array(0..<50))
                #expect(try await countOne("key", in: store) == 50)
            }
        }
    }

    @Test func `a key that is left out is removed, one that wasn't named is left alone`() async throws {
        let store = try Store.inMemory()
        for key in ["a", "b", "c"] { _ = try await countOne(key, in: store) }
        try await store.signInFailures.change(["a", "b"]) { found in (found.values.filter { $0.key == "a" }, ()) }
        let left = try await store.signInFailures.change(["a", "b", "c"]) { (Array($0.values), Set($0.keys)) }
        #expect(left == ["a", "c"])
    }

    @Test func `old counts are forgotten`() async throws {
        let store = try Store.inMemory()
        _ = try await countOne("key", in: store)
        try await store.signInFailures.forget(before: noon)
        #expect(try await countOne("key", in: store) == 1)
        try await store.signInFailures.forget(before: noon.addingTimeInterval(1))
        #expect(try await countOne("key", in: store) == 0)
    }

    /// Counts one failure.
    ///
    /// - Returns: how many there were before.
    private func countOne(_ key: String, in store: Store) async throws -> Int {
        try await store.signInFailures.change([key]) { found in
            let count = found[key]?.count ?? 0
            return ([SignInFailureRecord(key: key, count: count + 1, lastAt: noon)], count)
        }
    }
}

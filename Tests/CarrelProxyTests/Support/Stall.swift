import Synchronization

/// Counts what has been sent, from any task.
final class Progress: Sendable {
    private let total = Atomic<Int>(0)

    var count: Int { total.load(ordering: .relaxed) }

    func add(_ count: Int) {
        total.wrappingAdd(count, ordering: .relaxed)
    }
}

extension ProxyFixture {
    /// Waits until nothing moves any more, and says how much has moved by then.
    ///
    /// Every request to the control API is a turn of the proxy's only event loop; nothing has moved for fifty of them.
    func stalled(_ progress: @Sendable () async throws -> Int) async throws -> Int {
        var last = -1
        var quietTurns = 0
        while quietTurns < 50 {
            let now = try await progress()
            _ = try await control("GET", "/api/routes/none")
            quietTurns = now == last ? quietTurns + 1 : 0
            last = now
        }
        return last
    }
}

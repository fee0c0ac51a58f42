import Testing

@testable import OnedataClient

@Suite(.timeLimit(.minutes(1))) struct UploadWatchTests {
    @Test func `after the last piece the answer's limit counts, also for who waits already`() async throws {
        let watch = UploadWatch()
        let stalled = try await withThrowingTaskGroup(of: Duration.self) { group in
            group.addTask { try await watch.stalled(idle: .seconds(3600), deadline: .milliseconds(50)) }
            group.addTask {
                await Task.yield()
                watch.sent(1)
                watch.ended()
                return .seconds(1_000_000)
            }
            return try await group.reduce(.seconds(1_000_000)) { min($0, $1) }
        }
        #expect(stalled == .milliseconds(50))
    }

    @Test func `a source may take its time`() async throws {
        let watch = UploadWatch()
        watch.askedSource()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await watch.stalled(idle: .milliseconds(1), deadline: .milliseconds(1))) == nil }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(100))
                return true
            }
            #expect(await group.next() == true)
            group.cancelAll()
        }
    }
}

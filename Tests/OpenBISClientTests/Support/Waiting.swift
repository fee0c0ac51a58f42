import Testing

@testable import OpenBISClient

/// Waits until something is so; gives up, and says so, when it isn't within a time that no healthy run comes near.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isSo: () async throws -> Bool,
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        guard ContinuousClock.now < end else {
            Issue.record("It never came to be that \(what).", sourceLocation: sourceLocation)
            throw NeverCame()
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct NeverCame: Error {}

/// The error that some work ends with.
func failure(of work: () async throws -> some Any) async -> OpenBISError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? OpenBISError
    }
}

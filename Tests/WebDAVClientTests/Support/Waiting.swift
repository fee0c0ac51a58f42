import Testing
import WebDAVClient

/// Waits until something is so; gives up, and says so, when it isn't within a time that no healthy run comes near.
func eventually(_ what: String, within limit: Duration = .seconds(60), _ isSo: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        try #require(.now < end, "It never came to be that \(what).")
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The error that work ends with; a failure of the test when it doesn't.
func failure<Value>(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Value,
) async -> (any Error)? {
    do {
        _ = try await work()
        Issue.record("Nothing was thrown.", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}

/// Holds an error against what it should be.
func expect<Value>(
    _ error: WebDAVError,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Value,
) async {
    let found = await failure(sourceLocation: sourceLocation, work)
    #expect(found as? WebDAVError == error, "\(String(describing: found))", sourceLocation: sourceLocation)
}

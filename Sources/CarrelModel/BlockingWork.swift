/// Runs work that blocks its thread (password hashing, big file walks) away from the threads that serve requests.
public protocol BlockingWork: Sendable {
    /// Runs `work` on a thread that may block, and waits for its result.
    ///
    /// - Parameter work: runs once; it isn't interrupted by cancellation.
    /// - Returns: what `work` returned.
    /// - Throws: what `work` threw, or an error of the helper when it is shutting down.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
}

public import CarrelModel
import NIOPosix

/// Blocking work on a small pool of threads; its size bounds how many passwords are hashed, and so how much memory that takes, at once.
public struct ThreadedWork: BlockingWork {
    private let threads: NIOThreadPool

    /// Starts the threads.
    public init(threads count: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    /// Runs `work` on one of the threads, and waits for its result.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await threads.runIfActive(work)
    }

    /// Ends the threads; work under way is finished first.
    public func stop() async throws {
        try await threads.shutdownGracefully()
    }
}

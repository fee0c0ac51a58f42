public import Foundation

/// What a remote has of the world besides its connections; tests bring their own.
public struct WebDAVSurroundings: Sendable {
    /// Waits before something is tried again.
    public let pause: @Sendable (Duration) async throws -> Void
    /// The time, for dates in `Retry-After`.
    public let now: @Sendable () -> Date
    /// A number from 0 to 1, by which pauses differ.
    public let luck: @Sendable () -> Double

    /// The real world, but for what is given.
    ///
    /// - Parameters:
    ///   - pause: see ``pause``.
    ///   - now: see ``now``.
    ///   - luck: see ``luck``.
    public init(
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        now: @escaping @Sendable () -> Date = { Date() },
        luck: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
    ) {
        self.pause = pause
        self.now = now
        self.luck = luck
    }
}

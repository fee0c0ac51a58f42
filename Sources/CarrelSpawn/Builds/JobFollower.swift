/// Runs programs that come to an end by themselves, and tells what they print.
public protocol JobFollower: Spawner {
    /// Follows what a job prints, from its beginning, to its end.
    ///
    /// A job is started like a server, and found again like one; it listens on no socket. Call `stop` afterwards.
    ///
    /// - Parameters:
    ///   - job: one that was started or found.
    ///   - line: told each line that is whole, without its end.
    /// - Returns: how it ended.
    /// - Throws: ``SpawnError/cancelled(_:)`` when the task is cancelled; the job is left alone.
    func follow(_ job: RunningServer, line: @Sendable (String) async -> Void) async throws(SpawnError) -> ServerExit

    /// Removes what earlier jobs of this id have printed.
    func forgetLog(id: String)
}

import Synchronization

/// How many files of people's data sources wait to be uploaded, as the mounts were last seen.
final class MountBoard: Sendable {
    private let waiting = Mutex<[Int64: [String: Int]]>([:])

    /// Notes a person's, by the folder's name.
    func note(_ counts: [String: Int], of user: Int64) {
        waiting.withLock { $0[user] = counts.isEmpty ? nil : counts }
    }

    /// A person's, by the folder's name.
    func counts(of user: Int64) -> [String: Int] {
        waiting.withLock { $0[user] ?? [:] }
    }
}

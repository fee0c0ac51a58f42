import Synchronization

/// Leads to the keeper for parts that the keeper itself is made of.
final class KeeperBox: Sendable {
    private let keeper = Mutex<ServerKeeper?>(nil)

    /// Says which keeper it is; before anything runs.
    func fill(_ new: ServerKeeper) {
        keeper.withLock { $0 = new }
    }

    /// Looks at a server after its row was changed.
    func wake(_ id: Int64) {
        keeper.withLock { $0 }?.wake(id)
    }
}

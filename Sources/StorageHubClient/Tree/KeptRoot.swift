import Synchronization

/// The root of a workspace, once it is known.
final class KeptRoot: Sendable {
    private let kept = Mutex<StorageHubItem?>(nil)

    var item: StorageHubItem? { kept.withLock { $0 } }

    func keep(_ root: StorageHubItem) {
        kept.withLock { $0 = root }
    }
}

import Synchronization

/// Why our own side broke an upload off, told apart from what the network says of it.
final class SourceFault: Sendable {
    private let kept = Mutex<(any Error)?>(nil)

    var error: (any Error)? { kept.withLock { $0 } }

    func note(_ error: any Error) {
        kept.withLock { $0 = $0 ?? error }
    }
}

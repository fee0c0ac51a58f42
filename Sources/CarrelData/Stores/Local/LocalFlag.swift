import Synchronization

/// Something that holds from some time on.
final class LocalFlag: Sendable {
    private let state = Atomic(false)

    /// Whether it holds.
    var isRaised: Bool { state.load(ordering: .acquiring) }

    /// Has it hold.
    func raise() {
        state.store(true, ordering: .releasing)
    }
}

import CarrelModel
import Synchronization

/// The versions that were fetched and found wrong, so that they aren't fetched over and over.
final class RefusedVersions: Sendable {
    struct Candidate: Equatable {
        let address: WebAddress
        let version: String
        let purpose: String
    }

    private let known = Mutex<[InstanceName: (candidate: Candidate, reason: any Error)]>([:])

    /// Why it was refused; nil when it wasn't.
    func reason(of candidate: Candidate, for instance: InstanceName) -> (any Error)? {
        known.withLock { known in known[instance].flatMap { $0.candidate == candidate ? $0.reason : nil } }
    }

    func note(_ candidate: Candidate, for instance: InstanceName, because reason: any Error) {
        known.withLock { $0[instance] = (candidate, reason) }
    }
}

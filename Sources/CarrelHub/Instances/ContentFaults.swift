import CarrelModel
import Foundation
import Synchronization

/// What is wrong at the moment with what instances offer: material and catalogues, in words for their managers.
final class ContentFaults: Sendable {
    enum Part: String, Sendable, Comparable {
        case catalogue, material

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    struct Fault: Sendable, Equatable {
        let part: Part
        let message: String
        let remedy: String
        let since: Date
    }

    private struct Key: Hashable {
        let instance: InstanceName
        let part: Part
    }

    private let known = Mutex<[Key: Fault]>([:])
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date) { self.now = now }

    /// What is wrong with an instance's.
    func all(of instance: InstanceName) -> [Fault] {
        known.withLock { known in known.filter { $0.key.instance == instance }.values.sorted { $0.part < $1.part } }
    }

    /// Notes that something is wrong; nil for nothing.
    ///
    /// - Returns: whether that is news.
    @discardableResult
    func note(_ error: (any Error)?, with part: Part, of instance: InstanceName) -> Bool {
        let key = Key(instance: instance, part: part)
        let told = error as? any CarrelError
        let fault = error.map {
            Fault(part: part, message: told?.message ?? "\($0)", remedy: told?.remedy ?? "", since: now())
        }
        return known.withLock { known in
            let old = known[key]
            guard old?.message != fault?.message else { return false }
            known[key] = fault
            return true
        }
    }
}

import Foundation
import Synchronization

/// What the gateway remembers between requests; gone when it ends.
final class GatewayMemory: Sendable {
    /// A mount of a person.
    private struct Mount: Hashable {
        let person: String
        let name: String
    }

    let locks = Mutex(LockTable())
    let properties = Mutex(PropertyShelf())
    private let began: Date
    private let versions = Mutex<[Mount: VersionMemory]>([:])
    private let conflicts = Mutex<[String: [GatewayConflict]]>([:])
    private let requests = Mutex<[String: Int]>([:])

    /// No person's list of conflicts is longer.
    static let mostConflicts = 100

    init(began: Date) {
        self.began = began
    }

    /// Asks or tells what a mount knows; nil for callers that are none.
    func versions<Result: Sendable>(
        of caller: GatewayCaller,
        _ work: (inout VersionMemory) -> sending Result,
    ) -> Result? {
        guard let name = caller.mount else { return nil }
        return versions.withLock {
            work(&$0[Mount(person: caller.id, name: name), default: VersionMemory(began: began)])
        }
    }

    /// Something is gone: what was remembered of it too.
    func forget(_ path: DataPath, of caller: GatewayCaller) {
        locks.withLock { $0.removeAll(in: path, of: caller.id) }
        properties.withLock { $0.removeAll(in: path, of: caller.id) }
        versions(of: caller) { $0.remove(path) }
    }

    /// Something was moved; its locks stay behind and end (RFC 4918 §7.5).
    func move(_ source: DataPath, to target: DataPath, of caller: GatewayCaller) {
        locks.withLock { $0.removeAll(in: source, of: caller.id) }
        properties.withLock { $0.move(source, to: target, of: caller.id) }
        versions(of: caller) { $0.move(source, to: target) }
    }

    /// Notes a conflict, the latest first.
    func note(_ conflict: GatewayConflict, of person: String) {
        conflicts.withLock { all in
            all[person] = Array(([conflict] + (all[person] ?? [])).prefix(Self.mostConflicts))
        }
    }

    /// A person's conflicts, the latest first.
    func conflicts(of person: String) -> [GatewayConflict] {
        conflicts.withLock { $0[person] ?? [] }
    }

    /// Counts a request that begins.
    ///
    /// - Returns: whether the person may have so many at a time; one that may not isn't counted.
    func begin(of person: String, most: Int) -> Bool {
        requests.withLock { all in
            guard all[person, default: 0] < most else { return false }
            all[person, default: 0] += 1
            return true
        }
    }

    /// A request that was counted has ended.
    func end(of person: String) {
        requests.withLock { all in
            let left = all[person, default: 1] - 1
            all[person] = left > 0 ? left : nil
        }
    }
}

import CProcess
import Foundation
import Glibc
import Synchronization

/// Waits for descriptors on one thread of its own, so that no thread of the pool ever blocks.
///
/// A thousand servers need a thousand waits, and one thread. A descriptor may be waited for by one task at a time:
/// who waits opens its own pidfd or inotify descriptor.
final class Reactor: Sendable {
    private let core: Core
    /// A pipe's other end: when it closes, with this object, the thread ends.
    private let life: Descriptor

    /// Starts the thread.
    init() throws(SystemFailure) {
        var ends: [Int32] = [-1, -1]
        try SystemFailure.check("pipe") { carrel_pipe(&ends) }
        let stop = Descriptor(owning: ends[0])
        life = Descriptor(owning: ends[1])
        core = try Core(stop: stop)
        let thread = Thread { [core] in withExtendedLifetime(stop) { core.run() } }
        thread.name = "carrel-reactor"
        thread.stackSize = 256 * 1024
        thread.start()
    }

    /// Waits until one of the descriptors can be read; for a pidfd, until its process has ended.
    ///
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func readable(_ descriptors: Descriptor...) async throws {
        let id = core.nextID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                core.add(continuation, id: id, descriptors)
                if Task.isCancelled { core.resume(id) }
            }
        } onCancel: {
            core.resume(id)
        }
        core.forget(descriptors)
        try Task.checkCancellation()
    }

    /// Waits like ``readable(_:)``, also in a cancelled task: for ends that are sure to come, as after SIGKILL.
    func readableEvenIfCancelled(_ descriptor: Descriptor) async {
        await withCheckedContinuation { continuation in
            core.add(continuation, id: core.nextID(), [descriptor])
        }
        core.forget([descriptor])
    }
}

/// What the thread and the waiting tasks share.
private final class Core: Sendable {
    private let set: Descriptor
    private let waiters = Mutex<[UInt64: CheckedContinuation<Void, Never>]>([:])
    private let ids = Atomic<UInt64>(stopID)

    /// The id under which the end of the reactor is reported.
    private static let stopID: UInt64 = 0

    init(stop: Descriptor) throws(SystemFailure) {
        set = Descriptor(owning: try SystemFailure.check("epoll_create") { carrel_wait_open() })
        try SystemFailure.check("epoll_ctl") { carrel_wait_add(set.number, stop.number, Self.stopID) }
    }

    func nextID() -> UInt64 {
        ids.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func add(_ continuation: CheckedContinuation<Void, Never>, id: UInt64, _ descriptors: [Descriptor]) {
        waiters.withLock { $0[id] = continuation }
        // What can't be waited for counts as ready: its reader then finds out why.
        for descriptor in descriptors where carrel_wait_add(set.number, descriptor.number, id) < 0 { resume(id) }
    }

    func forget(_ descriptors: [Descriptor]) {
        for descriptor in descriptors { carrel_wait_remove(set.number, descriptor.number) }
    }

    func resume(_ id: UInt64) {
        waiters.withLock { $0.removeValue(forKey: id) }?.resume()
    }

    /// The thread: hands every event to who waits for it, until the reactor goes.
    func run() {
        var ready = [UInt64](repeating: 0, count: 64)
        while true {
            let count = carrel_wait_next(set.number, &ready, Int32(ready.count))
            if count < 0 && errno != EINTR { return }
            for id in ready.prefix(max(0, Int(count))) {
                if id == Self.stopID { return }
                resume(id)
            }
        }
    }
}

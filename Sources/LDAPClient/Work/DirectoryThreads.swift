import Foundation
import Glibc
import Synchronization

/// A few threads for libldap, which blocks; each has a worker of its own, with its own connections.
final class DirectoryThreads: Sendable {
    typealias Job = @Sendable (DirectoryWorker) -> Void

    private let queue = JobQueue()
    private let count: Int

    /// Starts the threads.
    init(_ count: Int, worker: @escaping @Sendable () -> DirectoryWorker) {
        self.count = count
        for _ in 0..<count {
            let thread = Thread { [queue] in
                Self.blockSignals()
                let own = worker()
                while let job = queue.next() { job(own) }
            }
            thread.name = "ldap"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit { queue.close(for: count) }

    /// Leaves work to the next thread that is free.
    func run(_ job: @escaping Job) { queue.add(job) }

    /// Leaves signals to other threads, but for those of faults.
    ///
    /// libldap writes to connections that may be closed, and SIGPIPE would end the process; others would end its waits.
    private static func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_SETMASK, &signals, nil)
    }
}

/// What the threads and those who give them work share.
private final class JobQueue: Sendable {
    private let jobs = Mutex<[DirectoryThreads.Job]?>([])
    private let waiting = DispatchSemaphore(value: 0)

    func add(_ job: @escaping DirectoryThreads.Job) {
        jobs.withLock { $0?.append(job) }
        waiting.signal()
    }

    /// Waits for work; nil when there will be none any more.
    func next() -> DirectoryThreads.Job? {
        waiting.wait()
        return jobs.withLock { $0?.isEmpty == false ? $0?.removeFirst() : nil }
    }

    func close(for threads: Int) {
        jobs.withLock { $0 = nil }
        for _ in 0..<threads { waiting.signal() }
    }
}

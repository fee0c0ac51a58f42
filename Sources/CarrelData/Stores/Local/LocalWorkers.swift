import CFiles
import Foundation
import Glibc

/// Threads for work with files of this machine, which blocks; each piece of it is done with the rights of an account.
///
/// One for all stores of a process. The accounts take turns, so that one who asks for much holds nobody else back; long
/// work is given in short pieces.
public final class LocalWorkers: Sendable {
    private let queue = LocalQueue()
    private let count: Int
    private let isRoot = geteuid() == 0
    /// Guard names of folders while one is looked at and replaced; see ``withLock(on:_:_:)``.
    private let locks = (0..<64).map { _ in NSLock() }
    let sweeps = LocalSweeps()

    /// Starts the threads.
    ///
    /// - Parameter count: how many; at least two.
    public init(threads count: Int = 8) {
        self.count = max(2, count)
        for _ in 0..<self.count { startThread() }
    }

    deinit { queue.close(for: count) }

    /// Does work and waits for it; it isn't interrupted by cancellation.
    ///
    /// Whoever waits goes on only when the thread is itself again: going on can make threads, which would have the same rights.
    ///
    /// - Parameters:
    ///   - account: whose rights hold; nil for our own. When we aren't root, ours hold always.
    ///   - open: done before, with our own rights.
    ///   - work: what; it calls the kernel and nothing that may make threads.
    /// - Returns: what the work returned.
    /// - Throws: what the work threw.
    func run<Place: Sendable, Value: Sendable>(
        as account: LocalAccount?,
        opening open: @escaping @Sendable () throws(DataFault) -> Place,
        _ work: @escaping @Sendable (Place) throws(DataFault) -> Value,
    ) async throws(DataFault) -> Value {
        let account = isRoot ? account : nil
        let result: Result<Value, DataFault> = await withCheckedContinuation { continuation in
            let missing = queue.add(
                LocalJob(owner: account?.uid) { isFit in
                    var isWhole = true
                    let result = Result { () throws(DataFault) in
                        guard isFit else { throw .noIdentity }
                        let place = try open()
                        guard let account else { return try work(place) }
                        defer { isWhole = carrel_identity_back() == 0 }
                        let groups = account.groups
                        guard carrel_identity_take(account.uid, account.gid, groups, groups.count) == 0 else {
                            throw .noIdentity
                        }
                        return try work(place)
                    }
                    return LocalJob.Done(isWhole: isWhole) { continuation.resume(returning: result) }
                }
            )
            for _ in 0..<missing { startThread() }
        }
        return try result.get()
    }

    /// Holds others of this process off from doing the same with that name.
    func withLock<Value>(
        on folder: LocalFacts,
        _ name: DataName,
        _ work: () throws(DataFault) -> Value,
    ) throws(DataFault) -> Value {
        var hasher = Hasher()
        hasher.combine(folder.device)
        hasher.combine(folder.inode)
        hasher.combine(name)
        let lock = locks[Int(UInt(bitPattern: hasher.finalize()) % UInt(locks.count))]
        lock.lock()
        defer { lock.unlock() }
        return try work()
    }

    private func startThread() {
        let thread = Thread { [queue, isRoot] in
            let isFit = carrel_identity_begin(isRoot) == 0
            while let job = queue.next() {
                let done = job.work(isFit)
                guard done.isWhole else { return queue.lose(threadWith: done) }
                done.tell()
            }
        }
        thread.name = "files"
        thread.stackSize = 1 << 20
        thread.start()
    }
}

extension DataFault {
    /// A thread can't have the rights that it needs.
    fileprivate static var noIdentity: DataFault {
        .failed("The hub can't act with your rights on this machine; tell the people who run it.")
    }
}

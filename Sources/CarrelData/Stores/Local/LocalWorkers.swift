import CFiles
import Foundation
import Glibc

/// Threads for work with files of this machine, which blocks; each piece of it is done with the rights of an account.
///
/// One for all stores of a process. The owners take turns, and none has more than three of eight threads, so that one who
/// asks for much, or whose disk doesn't answer, holds nobody else back; long work is given in short pieces.
public final class LocalWorkers: Sendable {
    private let queue: LocalQueue
    private let patience: LocalPatience
    private let count: Int
    private let isRoot = geteuid() == 0
    private let names = LocalNames()
    let sweeps = LocalSweeps()

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - count: how many; at least three.
    ///   - limit: how long a piece of work may take; then the one who waits for it is told that the disk doesn't answer.
    public init(threads count: Int = 8, limit: Duration = .seconds(60)) {
        self.count = max(3, count)
        queue = LocalQueue(mostOfOne: max(2, self.count * 3 / 8))
        patience = LocalPatience(limit: limit)
        for _ in 0..<self.count { Self.startThread(for: queue, isRoot: isRoot) }
        let watch = Thread { [patience] in patience.look() }
        watch.name = "files' patience"
        watch.start()
    }

    deinit {
        queue.close(for: count)
        patience.close()
    }

    /// Does work and waits for it; it isn't interrupted by cancellation.
    ///
    /// Whoever waits goes on only when the thread is itself again: going on can make threads, which would have the same rights.
    ///
    /// - Parameters:
    ///   - account: whose rights hold; nil for our own. When we aren't root, ours hold always.
    ///   - owner: who takes a turn with it.
    ///   - open: done before, with our own rights.
    ///   - work: what; it calls the kernel and nothing that may make threads.
    /// - Returns: what the work returned.
    /// - Throws: what the work threw; ``DataFault/diskSilent`` when it took too long, and it may be done later.
    func run<Place: Sendable, Value: Sendable>(
        as account: LocalAccount?,
        of owner: LocalOwner,
        opening open: @escaping @Sendable () throws(DataFault) -> Place,
        _ work: @escaping @Sendable (Place) throws(DataFault) -> Value,
    ) async throws(DataFault) -> Value {
        let account = isRoot ? account : nil
        let result: Result<Value, DataFault> = await withCheckedContinuation { continuation in
            let wait = LocalWait { [queue, isRoot] isUnderWay in
                if isUnderWay {
                    queue.stick(owner)
                    Self.startThread(for: queue, isRoot: isRoot)
                }
                continuation.resume(returning: .failure(.diskSilent))
            }
            let number = patience.begin(wait)
            let job = LocalJob(owner: owner, wait: wait) { [patience] isFit in
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
                patience.end(number)
                return LocalJob.Done(isWhole: isWhole) { continuation.resume(returning: result) }
            }
            guard let missing = queue.add(job) else {
                patience.end(number)
                return wait.expire()
            }
            for _ in 0..<missing { Self.startThread(for: queue, isRoot: isRoot) }
        }
        return try result.get()
    }

    /// Holds others of this process off from doing the same with that name.
    func withLock<Value>(
        on folder: LocalFacts,
        _ name: DataName,
        _ work: () throws(DataFault) -> Value,
    ) throws(DataFault) -> Value {
        try names.withLock(on: folder, name, work)
    }

    private static func startThread(for queue: LocalQueue, isRoot: Bool) {
        let thread = Thread {
            let isFit = carrel_identity_begin(isRoot) == 0
            while let job = queue.next() {
                guard job.wait.begin() else {
                    queue.end(job.owner, wasStuck: false)
                    continue
                }
                let done = job.work(isFit)
                let isWanted = job.wait.end()
                queue.end(job.owner, wasStuck: !isWanted)
                // Another stands in for this one since.
                guard isWanted else { return }
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

import Foundation
import Glibc
import Synchronization

/// A piece of work for a thread.
struct LocalJob: Sendable {
    /// What became of it.
    struct Done: Sendable {
        /// Whether the thread has our own rights again.
        let isWhole: Bool
        /// Lets the one who waits go on.
        let tell: @Sendable () -> Void
    }

    /// Who takes a turn with it; nil for ourselves.
    let owner: uid_t?
    /// Does it; false for a thread that can't have the rights of others.
    let work: @Sendable (Bool) -> Done
}

/// What threads and those who give them work share: the owners of waiting work take turns.
final class LocalQueue: Sendable {
    private struct State {
        var jobs: [uid_t?: [LocalJob]] = [:]
        var turns: [uid_t?] = []
        var missing = 0

        mutating func add(_ job: LocalJob) {
            if jobs[job.owner] == nil { turns.append(job.owner) }
            jobs[job.owner, default: []].append(job)
        }

        mutating func next() -> LocalJob? {
            guard !turns.isEmpty else { return nil }
            let owner = turns.removeFirst()
            guard var waiting = jobs.removeValue(forKey: owner), !waiting.isEmpty else { return nil }
            let job = waiting.removeFirst()
            if !waiting.isEmpty {
                jobs[owner] = waiting
                turns.append(owner)
            }
            return job
        }
    }

    private let state = Mutex(State())
    private let waiting = DispatchSemaphore(value: 0)

    /// Leaves work to the next thread that is free.
    ///
    /// - Returns: how many threads have to be started for those that were lost.
    func add(_ job: LocalJob) -> Int {
        let missing = state.withLock { state in
            state.add(job)
            defer { state.missing = 0 }
            return state.missing
        }
        waiting.signal()
        return missing
    }

    /// Waits for work; nil when there will be none any more.
    func next() -> LocalJob? {
        waiting.wait()
        return state.withLock { $0.next() }
    }

    /// Has another thread tell what came of the last work of one that can't be used any more.
    func lose(threadWith done: LocalJob.Done) {
        state.withLock { state in
            state.missing += 1
            state.add(LocalJob(owner: nil) { _ in LocalJob.Done(isWhole: true, tell: done.tell) })
        }
        waiting.signal()
    }

    func close(for threads: Int) {
        for _ in 0..<threads { waiting.signal() }
    }
}

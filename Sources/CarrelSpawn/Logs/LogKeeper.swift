import CProcess
import Foundation
import Glibc

/// The process that writes what a server prints into its log: our `carrel-log`, one for each server.
///
/// It outlives the hub and ends when nobody can write to its pipe any more. It holds a lock on a file of the run
/// directory for as long as it lives, so that who reads the log of a server that has ended can wait for the last words.
enum LogKeeper {
    /// The longest wait for last words, in looks 10 ms apart: on a busy machine their writer may be late by seconds.
    private static let mostLooks = 1000

    /// Starts one.
    ///
    /// - Parameters:
    ///   - log: the log, with the mark of this start already in it.
    ///   - run: the run whose log it is.
    ///   - options: where the program is, and how large logs may get.
    ///   - steps: enter the server's control group, so that writing counts as the server's work.
    /// - Returns: where the server writes to.
    /// - Throws: the system call that failed; no process is left then.
    static func start(
        for log: ServerLog,
        _ run: RunDirectory,
        options: SandboxOptions,
        steps: [LaunchStep],
    ) throws(SystemFailure) -> Descriptor {
        var ends: [Int32] = [-1, -1]
        try SystemFailure.check("pipe") { carrel_pipe(&ends) }
        let (source, sink) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
        let nothing = try Descriptor(opening: "/dev/null", O_RDWR)
        let lock = try Descriptor(opening: run.logLockPath, O_RDWR | O_CREAT | O_EXCL)
        try SystemFailure.check("flock", run.logLockPath) { flock(lock.number, LOCK_EX) }
        var program = DetachedProgram(
            path: options.logKeeper,
            arguments: [log.path, "\(options.logBytes)", "\(options.logFiles)"],
        )
        program.steps = steps
        let descriptors = [source, nothing, nothing, lock]
        _ = try withExtendedLifetime(descriptors) { () throws(SystemFailure) in
            try program.start(descriptors: descriptors.map(\.number))
        }
        return sink
    }

    /// Waits until a run's log holds all that its server has written, or so long that it is given up.
    static func finish(_ run: RunDirectory, clock: any Clock<Duration>) async {
        guard let lock = try? Descriptor(opening: run.logLockPath, O_RDONLY) else { return }
        for _ in 0..<mostLooks where flock(lock.number, LOCK_SH | LOCK_NB) < 0 {
            guard (try? await clock.sleep(for: .milliseconds(10))) != nil else { return }
        }
    }
}

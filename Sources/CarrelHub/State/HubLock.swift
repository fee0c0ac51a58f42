import Foundation

/// Makes sure that only one hub uses a state directory; given up when the process ends, however it ends.
public final class HubLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock and writes this process's id into it.
    ///
    /// - Parameter state: the directory.
    /// - Throws: ``HubError/stateInUse(path:)``.
    public init(_ state: StateDirectory) throws {
        let descriptor = open(state.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw HubError.stateUnusable(path: state.lock, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw HubError.stateInUse(path: state.path)
        }
        self.descriptor = descriptor
        let text = "\(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.utf8.count, 0) == text.utf8.count else {
            throw HubError.stateUnusable(path: state.lock, reason: String(cString: strerror(errno)))
        }
    }

    deinit {
        close(descriptor)
    }

    /// Finds out which hub holds the lock.
    ///
    /// - Parameter state: the directory.
    /// - Returns: its process id; nil when none runs.
    public static func holder(of state: StateDirectory) -> Int32? {
        let descriptor = open(state.lock, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Int32(
            String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        )
    }
}
